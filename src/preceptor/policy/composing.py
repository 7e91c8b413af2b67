"""Laying an overlay over the content of its base, before anything of it is read.

The result is a whole pack and is read as any other: an overlay has no meaning of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from preceptor.policy.content import Content
from preceptor.policy.errors import PackError, nearest
from preceptor.policy.hashing import content_hash
from preceptor.policy.table import Table


def compose(base: Content, overlay: Content) -> Content:
    """The whole pack that an overlay makes of its base; neither of the two is changed.

    ``pack`` of the result says under ``based_on`` what it was made of. An empty overlay gives the base.
    Raises PackError where the overlay removes what the base does not have, where a table is not a
    table, and where the base is itself an overlay that was not laid over its own base.
    """
    if "extends" in Table(base.get("pack", {}), "pack").content:
        raise PackError("base_not_whole").placed("pack")
    whole: Content = copy.deepcopy(base)
    for part, patch in copy.deepcopy(overlay).items():
        if part not in PARTS or part in whole or patch:
            whole[part] = PARTS[part](whole.get(part), patch) if part in PARTS else patch
    if "extends" in Table(overlay.get("pack", {}), "pack").content:
        whole["pack"]["based_on"] = _base(base)
    return whole


def _base(base: Content) -> Content:
    """What a base is called, with the hash of its content."""
    head = Table(base.get("pack", {}), "pack")
    return {
        "id": head.string("id"),
        "version": head.string("version"),
        "hash": content_hash(base),
    }


def _head(base: Any, patch: Any) -> Content:
    laid = _keys(Table(base or {}, "pack"), Table(patch, "pack"))
    laid.pop("extends", None)
    return laid


def _keys(base: Table, patch: Table) -> Content:
    """The keys of the base without those that the patch drops, then those of the patch."""
    dropped = patch.content.pop("drop_keys", [])
    if not isinstance(dropped, list):
        raise patch.fault("list_of_names_expected", name="drop_keys")
    for key in dropped:
        if key not in base.content:
            raise _absent(patch, str(key), base.content)
    kept = {key: value for key, value in base.content.items() if key not in dropped}
    return {**kept, **patch.content}


def _absent(patch: Table, name: str, known: Iterable[str]) -> PackError:
    return patch.fault("drop_unknown", name=name, hint=nearest(name, known))


def _dropped(patch: Table, name: str, known: Iterable[str]) -> bool:
    """Whether the patch removes what it names. Raises PackError when the base does not have it."""
    if "drop" not in patch.content:
        return False
    if patch.content["drop"] is not True or len(patch.content) > len({"drop", *patch.naming}):
        raise patch.fault("drop_alone")
    known = list(known)
    if name not in known:
        raise _absent(patch, name, known)
    return True


Lay = Callable[[Content, Table], Any]


def _by_name(kind: str, lay: Lay, base: Any, patch: Any, start: str = "") -> Content:
    """A group of tables by name, each laid over the table of the same name."""
    laid = dict(Table(base or {}, kind).content)
    for name, inner in Table(patch, kind).content.items():
        table = Table(inner, f"{kind} {start}{name}")
        if _dropped(table, name, laid):
            del laid[name]
        else:
            laid[name] = lay(laid.get(name, {}), table)
    return laid


def _sources(base: Any, patch: Any) -> Content:
    return _by_name("source", _deeply, base, patch)


def _examples(base: Any, patch: Any) -> Content:
    return _by_name("example", _deeply, base, patch)


def _deeply(base: Content, patch: Table) -> Content:
    """Key by key, and tables within tables; ``drop = true`` removes a table inside as well."""
    laid = _keys(Table(base, patch.where), Table(dict(patch.content), patch.where))
    for key, value in patch.content.items():
        if key == "drop_keys" or not isinstance(value, dict):
            continue
        inner = Table(value, f"{patch.where}, {key}")
        held = base.get(key, {})
        if _dropped(inner, key, base):
            del laid[key]
        else:
            laid[key] = _deeply(held if isinstance(held, dict) else {}, inner)
    return laid


def _parameters(base: Any, patch: Any) -> Content:
    return _by_name("param", _parameter, base, patch)


def _parameter(base: Content, patch: Table) -> Content:
    values = _values(base, patch) if "values" in patch.content else None
    laid = _keys(Table(base, patch.where), patch)
    return laid if values is None else {**laid, "values": values}


def _values(base: Content, patch: Table) -> list[Content]:
    """The values by day: one of the same day replaces, one of another day is added."""
    held = {
        table.date("from"): table.content for table in Table(base, patch.where).tables("values")
    }
    for table in patch.tables("values"):
        table.naming = ("from",)
        day = table.date("from")
        if _dropped(table, day.isoformat(), [known.isoformat() for known in held]):
            del held[day]
        else:
            held[day] = table.content
    return [held[day] for day in sorted(held)]


def _facts(base: Any, patch: Any) -> Content:
    laid = dict(Table(base or {}, "fact").content)
    for subject, inner in Table(patch, "fact").content.items():
        laid[subject] = _by_name("fact", _fact, laid.get(subject), inner, f"{subject}.")
    return laid


def _fact(base: Content, patch: Table) -> Content:
    """A fact is replaced as a whole; ``drop_keys`` alone keeps the others."""
    if set(patch.content) == {"drop_keys"}:
        return _keys(Table(base, patch.where), patch)
    return patch.content


def _rules(base: Any, patch: Any) -> list[Content]:
    laid = _listed("rule", ("id",), base)
    for name, table in _listed("rule", ("id",), patch).items():
        if _dropped(table, name, laid):
            del laid[name]
        else:
            held = laid[name].content if name in laid else {}
            laid[name] = Table(_rule(held, table), table.where)
    return [table.content for table in laid.values()]


def _listed(kind: str, naming: tuple[str, ...], content: Any) -> dict[str, Table]:
    """The tables of a list by what names them, in their order. Raises PackError for one named twice."""
    found: dict[str, Table] = {}
    for table in Table({kind: content or []}, "").tables(kind):
        name = " ".join(table.string(key) for key in naming)
        table.where, table.naming = f"{kind} {name}", naming
        if name in found:
            raise table.fault("rule_twice" if kind == "rule" else "replaced_twice", name=name)
        found[name] = table
    return found


def _rule(base: Content, patch: Table) -> Content:
    """Keys replace; examples are added to those of the base, or stand instead of them."""
    anew = patch.content.pop("examples_anew", False)
    if not isinstance(anew, bool):
        raise patch.fault("not_a_bool", at="examples_anew", value=anew)
    held = [] if anew else [table.content for table in Table(base, patch.where).tables("example")]
    added = [table.content for table in patch.tables("example") if table.content not in held]
    laid = _keys(Table(base, patch.where), patch)
    if "example" in patch.content or (anew and "example" in laid):
        laid["example"] = [*held, *added]
    # A rule without examples has no such key, whichever way they went.
    if laid.get("example") == []:
        del laid["example"]
    return laid


def _replacements(base: Any, patch: Any) -> list[Content]:
    naming = ("pack", "param")
    laid = _listed("replace", naming, base)
    for name, table in _listed("replace", naming, patch).items():
        if _dropped(table, name, laid):
            del laid[name]
        else:
            held = laid[name].content if name in laid else {}
            laid[name] = Table(_parameter(held, table), table.where)
    return [table.content for table in laid.values()]


PARTS: dict[str, Callable[[Any, Any], Any]] = {
    "pack": _head,
    "source": _sources,
    "example": _examples,
    "param": _parameters,
    "fact": _facts,
    "rule": _rules,
    "replace": _replacements,
}
