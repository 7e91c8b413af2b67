"""What an expression of a rule means, in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.policy import Pack, tree
from preceptor.policy.expression import Expression
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Parameter, Value
from preceptor.policy.schema import Subject
from preceptor.policy.tree import Node
from preceptor.policy.types import Bool, Date, Enum, ListOf, MapOf, Scalar, day_number, day_of
from preceptor.policy.units import with_unit
from preceptor.policy.wording import number_text


def joined(texts: list[str]) -> str:
    """Texts in a row, as a reader writes them."""
    return _(", ").join(texts)


class Words:
    """The words of one subject of a pack; a parameter is named with its value on `on`."""

    def __init__(self, pack: Pack, subject: str, on: date) -> None:
        self.declared: Subject = pack.schema.subjects[subject]
        self.on = on
        self.language = get_language() or ""
        self.comparisons: dict[str, str] = {
            "==": _("%(left)s: %(right)s"),
            "!=": _("%(left)s: not %(right)s"),
            "<": _("%(left)s: less than %(right)s"),
            "<=": _("%(left)s: at most %(right)s"),
            ">": _("%(left)s: more than %(right)s"),
            ">=": _("%(left)s: at least %(right)s"),
        }
        self.days: dict[str, str] = {
            "<": _("%(left)s: before the %(right)s"),
            "<=": _("%(left)s: not after the %(right)s"),
            ">": _("%(left)s: after the %(right)s"),
            ">=": _("%(left)s: not before the %(right)s"),
        }
        self.spoken: list[tuple[type[Node], Callable[..., str]]] = [
            (tree.And, self._all),
            (tree.Or, self._any),
            (tree.Not, self._not),
            (tree.Comparison, self._comparison),
            (tree.Membership, self._membership),
            (tree.Lookup, self._lookup),
            (tree.Arithmetic, self._arithmetic),
        ]

    def conditions(self, expression: Expression) -> list[str]:
        """One sentence for each condition that must hold together."""
        root = expression.tree
        parts = root.operands if isinstance(root, tree.And) else (root,)
        return [capfirst(self.say(part)) for part in parts]

    def say(self, node: Node) -> str:
        """A part of an expression in words."""
        for kind, speak in self.spoken:
            if isinstance(node, kind):
                return speak(node)
        return self._named(node)

    def _named(self, node: Node) -> str:
        if isinstance(node, tree.Column):
            return self.title(node.key)
        if isinstance(node, tree.FactValue):
            return node.fact.title.within(self.language)
        if isinstance(node, tree.ParameterValue):
            return self.parameter(node.parameter)
        if isinstance(node, tree.Today):
            return _("day of the evaluation")
        if isinstance(node, tree.Scaled):
            return self.say(node.operand)
        assert isinstance(node, tree.Constant)
        return self.code(node.type, node.value)

    def title(self, path: str) -> str:
        """What a column or an enumerated name is called."""
        return self.declared.title(path).within(self.language)

    def _all(self, node: tree.And) -> str:
        return _(" and ").join(self.say(part) for part in node.operands)

    def _any(self, node: tree.Or) -> str:
        return _(" or ").join(self.say(part) for part in node.operands)

    def _not(self, node: tree.Not) -> str:
        inner = node.operand
        if isinstance(inner, tree.Membership):
            return self._membership(inner, among=_("%(left)s: none of %(right)s"))
        return _("not: %(condition)s") % {"condition": self.say(inner)}

    def _comparison(self, node: tree.Comparison) -> str:
        if node.operator == "==" and _is_count_of_none(node):
            return _("%(left)s: none") % {"left": self.say(node.left)}
        forms = self.days if isinstance(node.left.type, Date) else {}
        form = forms.get(node.operator) or self.comparisons[node.operator]
        left, right = self._side(node.left, node.right), self._side(node.right, node.left)
        return form % {"left": left, "right": right}

    def _side(self, node: Node, other: Node) -> str:
        """A side of a comparison; a name of an enumeration is called as the other side has it."""
        if isinstance(node, tree.Constant):
            return self.code(node.type, node.value, other)
        return self.say(node)

    def _membership(self, node: tree.Membership, among: str = "") -> str:
        form = among or _("%(left)s: one of %(right)s")
        left, options = self.say(node.item), node.options
        if options.parameter is not None:
            return form % {"left": left, "right": self.parameter(options.parameter)}
        texts = [self.code(node.item.type, code, node.item) for code in options.values or ()]
        return form % {"left": left, "right": joined(texts)}

    def _lookup(self, node: tree.Lookup) -> str:
        return _("%(parameter)s by %(index)s") % {
            "parameter": node.parameter.title.within(self.language),
            "index": self.say(node.index),
        }

    def _arithmetic(self, node: tree.Arithmetic) -> str:
        sign = "×" if node.operator == "*" else node.operator
        return f"{self.say(node.left)} {sign} {self.say(node.right)}"

    def code(self, kind: Scalar, code: int, of: Node | None = None, unit: str = "none") -> str:
        """A coded value as text; `of` is the column whose enumeration it names."""
        if isinstance(kind, Bool):
            return _("yes") if code else _("no")
        if isinstance(kind, Date):
            return day_of(code).isoformat()
        if isinstance(kind, Enum):
            if not isinstance(of, tree.Column):
                return self.name_title(kind, kind.values[code])
            return self.title(f"{of.key}.{kind.values[code]}")
        return with_unit(number_text(kind, code, unit), unit).within(self.language)

    def parameter(self, parameter: Parameter) -> str:
        """The parameter with its value of the day; only its title before its first value."""
        title = parameter.title.within(self.language)
        step = parameter.step_on(day_number(self.on))
        if step is None:
            return title
        return _("%(value)s (“%(title)s” of today)") % {
            "title": title,
            "value": self.value(parameter, step.value),
        }

    def value(self, parameter: Parameter, value: Value) -> str:
        """A value of a parameter: `24`, `5, 7`, `excellent 2, pass 1`."""
        if not isinstance(value, tuple):
            return self.code(parameter.item, value, unit=parameter.unit)
        texts = [self.code(parameter.item, code, unit=parameter.unit) for code in value]
        if isinstance(parameter.type, ListOf):
            return _(" or ").join(texts)
        assert isinstance(parameter.type, MapOf)
        names = [self.key_title(name) for name in parameter.type.key.values]
        return joined([f"{name} {text}" for name, text in zip(names, texts, strict=True)])

    def name_title(self, kind: Enum, name: str) -> str:
        """The title of a name of an enumeration that no column tells: that of the first column with
        all of its names, else the name."""
        titles = self.declared.titles
        starts = (path.removesuffix(name) for path in titles if path.endswith(f".{name}"))
        start = next((one for one in starts if all(one + of in titles for of in kind.values)), "")
        return self.title(start + name)

    def key_title(self, name: str) -> str:
        """The title of an enumerated name, wherever the subject declares it."""
        paths = [path for path in self.declared.titles if path.endswith(f".{name}")]
        return self.title(paths[0] if paths else name)

    def fact(self, fact: Fact) -> str:
        """How a fact is counted from the rows of the record."""
        rows = self.title(fact.rows)
        column = self.title(f"{fact.rows}.{fact.column}") if fact.column else ""
        forms = {
            "count": _("the number of rows of “%(rows)s”"),
            "sum": _("the sum of “%(column)s” over “%(rows)s”"),
            "min": _("the least “%(column)s” of “%(rows)s”"),
            "max": _("the greatest “%(column)s” of “%(rows)s”"),
            "any": _("whether “%(column)s” holds for any row of “%(rows)s”"),
            "all": _("whether “%(column)s” holds for all rows of “%(rows)s”"),
        }
        counted = forms[fact.aggregate] % {"rows": rows, "column": column}
        if fact.where is None:
            return counted
        return _("%(counted)s for which %(condition)s") % {
            "counted": counted,
            "condition": self.say(fact.where.tree),
        }


def _is_count_of_none(node: tree.Comparison) -> bool:
    return (
        isinstance(node.left, tree.FactValue)
        and node.left.fact.aggregate == "count"
        and isinstance(node.right, tree.Constant)
        and node.right.value == 0
    )
