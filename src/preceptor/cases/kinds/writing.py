"""Writing a case kind as a text that reads back equal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from .kind import (
    Actor,
    Appeal,
    Conflicts,
    Deadline,
    Document,
    Kind,
    Retake,
    Share,
    Stage,
    Voting,
    Words,
)


def write_kind(kind: Kind) -> str:
    """The kind as TOML; `read_kind` of it gives an equal kind. What is as usual is left out."""
    blocks = [_block("", _head(kind))]
    if kind.settings:
        blocks.append(_block("[settings]", dict(kind.settings)))
    blocks += [_block("[[documents]]", _document(one)) for one in kind.documents]
    blocks += [_block("[[stages]]", _stage(one)) for one in kind.stages]
    blocks += [_block("[[appeals]]", _appeal(one)) for one in kind.appeals]
    if kind.retake:
        blocks.append(_block("[retake]", _retake(kind.retake)))
    return "\n".join(blocks)


def _head(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "version": kind.version,
        "title": _words(kind.title),
        **({"about": _words(kind.about)} if kind.about != Words("", "") else {}),
        "port": kind.port,
        "prefix": kind.prefix,
        "opens": [actor_text(one) for one in kind.opens],
        **({"gate": kind.gate} if kind.gate else {}),
        "sees": kind.sees,
        **({} if kind.stages else {"stages": []}),
    }


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def actor_text(actor: Actor) -> str:
    """Who acts, as a kind's text says it."""
    return f"{actor.word} of {actor.of}" if actor.of else actor.word


def share_text(share: Share) -> str:
    """A share as a kind's text says it: "more than 1/2 of all"."""
    more = "more than " if share.more_than else ""
    return f"{more}{share.numerator}/{share.denominator} of {share.of}"


def voting_table(voting: Voting) -> dict[str, Any]:
    """A voting rule as plain values, for a text or to be stored (`reading.voting_of`)."""
    return {
        "passes": share_text(voting.passes),
        "quorum": share_text(voting.quorum),
        "secret": voting.is_secret,
        "may_abstain": voting.may_abstain,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": _words(document.title),
        "required": document.required,
        "types": list(document.types),
        "most_megabytes": document.most_megabytes,
    }


def _stage(stage: Stage) -> dict[str, Any]:
    usual: dict[str, Any] = {"needs": "one", "returns": True, "body": ""}
    own = {name: getattr(stage, name) for name in usual if getattr(stage, name) != usual[name]}
    return {
        "id": stage.id,
        "title": _words(stage.title),
        "does": stage.does,
        "by": [actor_text(one) for one in stage.by],
        **own,
        **({"deadline": _deadline(stage.deadline)} if stage.deadline else {}),
        **({"voting": voting_table(stage.voting)} if stage.voting else {}),
        **({"conflicts": _conflicts(stage.conflicts)} if stage.conflicts else {}),
        "then": dict(stage.then),
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    climbs = {"climbs_to": actor_text(deadline.climbs_to)} if deadline.climbs_to else {}
    return {deadline.unit: deadline.count, "late": deadline.late, **climbs}


def _conflicts(rule: Conflicts) -> dict[str, Any]:
    years = ("coauthor_years", "project_years", "panel_years")
    named = {"blocks": list(rule.blocks), "warns": list(rule.warns)}
    return named | {name: getattr(rule, name) for name in years}


def _appeal(appeal: Appeal) -> dict[str, Any]:
    return {
        "ground": appeal.ground,
        "kind": appeal.kind,
        "within": _deadline(appeal.within),
        "reopens": appeal.reopens,
        "of": appeal.of,
    }


def _retake(retake: Retake) -> dict[str, Any]:
    within = {} if retake.within_days is None else {"within_days": retake.within_days}
    return {
        "attempts": retake.attempts,
        "after_days": retake.after_days,
        **within,
        "panel": retake.panel,
        **({"source": _words(retake.source)} if retake.source != Words("", "") else {}),
    }


def _block(header: str, content: Mapping[str, Any]) -> str:
    lines = [f"{_key(name)} = {_value(value)}" for name, value in content.items()]
    return "\n".join([*([header] if header else []), *lines]) + "\n"


def _key(name: str) -> str:
    plain = name.replace("-", "_").isidentifier() and name.isascii()
    return name if plain else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(one) for one in value)}]"
    raise TypeError(f"A case kind cannot hold {value!r}.")
