"""Reading the text of a case kind; the form of the text, not yet whether it makes sense."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from django.utils.translation import gettext_lazy as _

from .faults import Fault, KindFaulty, did_you_mean, placed
from .kind import (
    OUTCOMES,
    ROLE_WORDS,
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
from .table import Table

#: The endings of documents that can be handed in, each checked by its content too.
FILE_TYPES = ("pdf", "docx", "xlsx", "png", "jpg")
MOST_MEGABYTES = 200
NAME = re.compile(r"[a-z][a-z0-9_.\-]*")
_ID = re.compile(r"[a-z][a-z0-9_\-]*")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_SHARE = re.compile(r"(more than )?(\d{1,4})/(\d{1,4}) of (all|present|cast)")
_NO_WORDS = Words("", "")


def read_kind(text: str, file: str = "kind") -> Kind:
    """The kind that a TOML text describes. Raises KindFaulty (an InputRefused) with every fault,
    its place and what to do. Whether every path ends is asked of `checking.faults`."""
    faults: list[Fault] = []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = _("This is no TOML text: %(error)s.") % {"error": error}
        raise KindFaulty(file, [Fault("", message)]) from None
    found = _kind(Table(content, "", faults))
    if faults:
        raise KindFaulty(file, placed(faults, text))
    return found


#: Kinds read in this process, by the digest of their text: a text never changes under its digest.
_kept: dict[str, Kind] = {}
_MOST_KEPT = 256


def kept_kind(digest: str) -> Kind | None:
    """The kind whose text has the digest; None where this process has not read it yet."""
    return _kept.get(digest)


def kind_of_text(digest: str, text: str) -> Kind:
    """The kind of a stored text, read once for each content."""
    found = kept_kind(digest)
    if found is None:
        found = read_kind(text, digest[:12])
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[digest] = found
    return found


def _kind(table: Table) -> Kind:
    settings = table.table("settings", optional=True)
    kind = Kind(
        name=_matching(table, "name", NAME, 60),
        version=table.text("version", most=20),
        title=table.words("title"),
        port=table.text("port", most=60),
        opens=actors(table, "opens"),
        stages=tuple(_stage(one) for one in table.tables("stages", optional=False)),
        about=table.words("about", _NO_WORDS, most=2000),
        settings=dict(settings.content) if settings else {},
        gate=table.text("gate", ""),
        sees=table.choice("sees", ("outcome", "stages", "reasons"), "stages"),
        prefix=_matching(table, "prefix", PREFIX, 10, "C"),
        documents=tuple(_document(one) for one in table.tables("documents")),
        appeals=tuple(_appeal(one) for one in table.tables("appeals")),
        retake=_retake(table.table("retake", optional=True)),
    )
    table.close()
    return kind


def _matching(
    table: Table, key: str, form: re.Pattern[str], most: int, default: str | None = None
) -> str:
    found = table.text(key, default, most)
    if found and not form.fullmatch(found):
        table.note(
            key,
            _("“%(word)s” cannot be a “%(key)s”: the form is %(form)s.")
            % {"word": found, "key": key, "form": form.pattern},
        )
    return found


def actors(table: Table, key: str) -> tuple[Actor, ...]:
    """Who acts: "supervisor", or for a role with its place "secretary of unit"."""
    return tuple(_actor(table, key, one) for one in table.strings(key))


def _actor(table: Table, key: str, said: str) -> Actor:
    word, of, place = said.partition(" of ")
    if of and place not in ("unit", "institution"):
        sentence = _("“%(place)s” is no place of a role.") % {"place": place}
        table.note(key, did_you_mean(sentence, place, ("unit", "institution")))
        return Actor(word)
    if not word or " " in word:
        table.note(
            key,
            _("“%(word)s” names nobody: write a word, or “%(role)s of unit”.")
            % {"word": said, "role": sorted(ROLE_WORDS)[0]},
        )
    return Actor(word, place)  # type: ignore[arg-type]


def _stage(table: Table) -> Stage:
    voting, conflicts = (table.table(key, optional=True) for key in ("voting", "conflicts"))
    stage = Stage(
        id=_matching(table, "id", _ID, 40),
        title=table.words("title"),
        does=table.choice("does", tuple(OUTCOMES)),
        by=actors(table, "by"),
        then=_then(table),
        needs=table.choice("needs", ("one", "all"), "one"),
        returns=table.boolean("returns", True),
        deadline=deadline(table.table("deadline", optional=True)),
        voting=read_voting(voting) if voting else None,
        body=table.text("body", ""),
        conflicts=_conflicts(conflicts) if conflicts else None,
    )
    table.close()
    return stage


def _then(table: Table) -> dict[str, str]:
    found = table.table("then")
    if found is None:
        return {}
    return {outcome: found.text(outcome) for outcome in found.content}


def deadline(table: Table | None) -> Deadline | None:
    """How long something may take: `working_days` or `days`, one of them."""
    if table is None:
        return None
    unit = "days" if "days" in table.content else "working_days"
    climbs = actors(table, "climbs_to") if _is_list(table, "climbs_to") else _climbs_to(table)
    found = Deadline(
        count=table.integer(unit, least=1, most=3650),
        unit=unit,  # type: ignore[arg-type]
        late=table.choice("late", ("remind", "climb", "pass", "refuse"), "remind"),
        climbs_to=climbs[0] if climbs else None,
    )
    table.read.update(
        {"days", "working_days"}
        if len({"days", "working_days"} & table.content.keys()) == 1
        else {unit}
    )
    table.close()
    return found


def _is_list(table: Table, key: str) -> bool:
    return isinstance(table.content.get(key), list)


def _climbs_to(table: Table) -> tuple[Actor, ...]:
    said = table.text("climbs_to", "")
    return (_actor(table, "climbs_to", said),) if said else ()


def read_share(table: Table, key: str, default: Share | None = None) -> Share:
    """A share as it is written: "2/3 of all", "more than 1/2 of present"."""
    if default is not None and key not in table.content:
        table.read.add(key)
        return default
    said = table.text(key)
    form = _SHARE.fullmatch(said)
    if form is None:
        if said:
            table.note(
                key,
                _("“%(said)s” is no share: write “2/3 of all” or “more than 1/2 of present”.")
                % {"said": said},
            )
        return Share(1, 2)
    more, numerator, denominator, of = form.groups()
    return Share(int(numerator), int(denominator), of, bool(more))  # type: ignore[arg-type]


def read_voting(table: Table) -> Voting:
    """How a vote is taken."""
    found = Voting(
        passes=read_share(table, "passes"),
        quorum=read_share(table, "quorum", Share(2, 3)),
        is_secret=table.boolean("secret", True),
        may_abstain=table.boolean("may_abstain", True),
    )
    table.close()
    return found


def voting_of(content: dict[str, Any]) -> Voting:
    """The voting rule that was stored as JSON (`writing.voting_table`). Raises KindFaulty."""
    faults: list[Fault] = []
    found = read_voting(Table(content, "voting", faults))
    if faults:
        raise KindFaulty("voting", faults)
    return found


def _conflicts(table: Table) -> Conflicts:
    usual = Conflicts()
    found = Conflicts(
        blocks=table.strings("blocks", usual.blocks),
        warns=table.strings("warns", usual.warns),
        coauthor_years=table.integer("coauthor_years", usual.coauthor_years, most=50),
        project_years=table.integer("project_years", usual.project_years, most=50),
        panel_years=table.integer("panel_years", usual.panel_years, most=50),
    )
    table.close()
    return found


def _document(table: Table) -> Document:
    found = Document(
        id=_matching(table, "id", _ID, 40),
        title=table.words("title"),
        required=table.boolean("required", True),
        types=table.strings("types", ("pdf",)),
        most_megabytes=table.integer("most_megabytes", 20, least=1, most=MOST_MEGABYTES),
    )
    for ending in found.types:
        if ending not in FILE_TYPES:
            sentence = _("Files of the type “%(ending)s” are not taken.") % {"ending": ending}
            table.note("types", did_you_mean(sentence, ending, FILE_TYPES))
    if not found.types:
        table.note("types", _("Name at least one type of file."))
    table.close()
    return found


def _appeal(table: Table) -> Appeal:
    found = Appeal(
        ground=table.choice("ground", ("academic", "decision")),
        kind=table.text("kind", most=60),
        within=deadline(table.table("within")) or Deadline(1),
        reopens=table.text("reopens"),
        of=table.choice("of", ("refused", "any"), "refused"),
    )
    table.close()
    return found


def _retake(table: Table | None) -> Retake | None:
    if table is None:
        return None
    found = Retake(
        attempts=table.integer("attempts", least=1, most=20),
        after_days=table.integer("after_days", 0, most=3650),
        within_days=table.integer("within_days", most=3650)
        if "within_days" in table.content
        else None,
        panel=table.choice("panel", ("any", "new"), "any"),
        source=table.words("source", _NO_WORDS, most=300),
    )
    table.read.add("within_days")
    table.close()
    return found
