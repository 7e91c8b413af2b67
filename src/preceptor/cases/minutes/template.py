"""Word templates of minutes: which fields one names, and filling it.

A template is foreign text that a program interprets. It may name fields, repeat over lists and ask
conditions; calls, imports and everything else of the template language are refused when it is
handed in, and it runs in a sandbox without functions all the same. The libraries are imported
when they are needed: web processes start without them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused

from .fields import FIELDS, Fields
from .package import no_word_file, refuse_unfit, same_bytes

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

SHIPPED = Path(__file__).resolve().parent.parent / "shipped" / "minutes"
#: What may be said besides naming a field.
ALLOWED = frozenset({
    "Template", "Output", "TemplateData", "Const", "Name", "Getattr", "For", "If", "Not", "And",
    "Or", "Compare", "Operand", "Filter",
})  # fmt: skip
FILTERS = ("join", "length", "default")
DEEPEST = 3
LOOP = ("index", "first", "last")
#: The parts besides the body that are filled.
RUN = ("header+xml", "footer+xml", "footnotes+xml")


def shipped(language: str) -> bytes:
    """The template that comes with the product. Raises FileNotFoundError for another language."""
    return (SHIPPED / f"{language}.docx").read_bytes()


def check(content: bytes) -> None:
    """Raise InputRefused unless the content is a Word file whose fields are all known; the message
    names the unknown ones and those there are. It is also filled once for trial, with a sitting of
    which hardly anything is known."""
    refuse_unfit(content)
    unknown = sorted(_Reader().unknown(_parsed(content)))
    if unknown:
        raise InputRefused(
            _("The template names fields that there are not: %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(FIELDS)}
        )
    fill(content, _sample(""))


def _sample(path: str) -> Fields:
    """A value for every field below the path: lists have one entry, all else is unknown."""
    lists = {name.rpartition(".")[0] for name in FIELDS} - {""}
    own = [name for name in FIELDS if name.rpartition(".")[0] == path]
    return {
        name.rpartition(".")[2]: [_sample(name)] if name in lists else ["–"]
        if name == "items.recused" else None
        for name in own
    }  # fmt: skip


def fill(content: bytes, fields: Fields) -> bytes:
    """The template as a Word file with the values of the fields; None and "" print nothing.

    Raises InputRefused for a template that cannot be filled.
    """
    from jinja2 import TemplateError

    document = _opened(content)
    try:
        document.render(fields, jinja_env=_environment(), autoescape=True)
    except (TemplateError, TypeError) as error:
        raise _faulty(error) from None
    target = BytesIO()
    document.save(target)
    return same_bytes(target.getvalue())


def _opened(content: bytes) -> DocxTemplate:
    """The Word file. Raises InputRefused when its parts cannot be read."""
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    template = DocxTemplate(BytesIO(content))
    try:
        template.init_docx()
        template.get_xml()
    except (OpcError, LxmlError, KeyError, ValueError, AttributeError):
        raise no_word_file() from None
    return template


def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=_nothing_for_none
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def _nothing_for_none(value: Any) -> Any:
    return "" if value is None else value


def _parsed(content: bytes) -> nodes.Template:
    """All that is run of the template (body, headers, footers, footnotes, properties), read but
    not run."""
    from jinja2 import TemplateError

    template = _opened(content)
    texts = [template.get_xml(), *_properties(template)]
    texts += [
        part.blob.decode("utf-8")
        for part in template.docx.part.package.parts
        if part.content_type.endswith(RUN)
    ]
    try:
        return _environment().parse("\n".join(template.patch_xml(text) for text in texts))
    except TemplateError as error:
        raise _faulty(error) from None


def _properties(template: DocxTemplate) -> list[str]:
    properties = template.docx.core_properties
    names = ("author", "comments", "identifier", "language", "subject", "title")
    return [str(getattr(properties, name)) for name in names]


def _faulty(error: Exception) -> InputRefused:
    return InputRefused(
        _("The template cannot be read: %(fault)s. Look at the places in double braces.")
        % {"fault": str(error)}
    )


class _Reader:
    """Walks through a template: which names it uses, and whether it says only what it may."""

    def unknown(self, template: nodes.Template) -> set[str]:
        """The names of fields that there are not. Raises InputRefused for what may not be said."""
        self.missing: set[str] = set()
        for node in template.body:
            self._visit(node, {}, 0)
        return self.missing

    def _visit(self, node: nodes.Node, bound: dict[str, str], depth: int) -> None:
        kind = type(node).__name__
        if kind not in ALLOWED or (kind == "Filter" and node.name not in FILTERS):  # type: ignore[attr-defined]
            raise _forbidden(kind.lower())
        if kind == "For":
            self._loop(node, bound, depth)
        elif kind in ("Name", "Getattr"):
            self._named(node, bound)
        else:
            for child in node.iter_child_nodes():
                self._visit(child, bound, depth)

    def _loop(self, node: Any, bound: dict[str, str], depth: int) -> None:
        path = self._named(node.iter, bound)
        plain = type(node.target).__name__ == "Name" and not (node.test or node.recursive)
        if depth >= DEEPEST or not plain:
            raise _forbidden("for")
        inner = bound | {node.target.name: path, "loop": "loop"}
        for child in (*node.body, *node.else_):
            self._visit(child, inner, depth + 1)

    def _named(self, node: Any, bound: dict[str, str]) -> str:
        """The path of the field that a name stands for."""
        names: list[str] = []
        while type(node).__name__ == "Getattr":
            names.insert(0, node.attr)
            node = node.node
        if type(node).__name__ != "Name":
            raise _forbidden(type(node).__name__.lower())
        path = ".".join([bound.get(node.name, node.name), *names])
        is_loop = path.startswith("loop.") and path[5:] in LOOP and "loop" in bound
        is_entry = node.name in bound and not names
        if path not in FIELDS and not is_loop and not is_entry:
            self.missing.add(path)
        return path


def _forbidden(what: str) -> InputRefused:
    return InputRefused(
        _(
            "A template names fields, repeats over lists and asks conditions; “%(what)s” is not "
            "allowed in it."
        )
        % {"what": what}
    )
