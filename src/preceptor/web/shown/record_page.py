"""The page of a record with parts: what joint/record.html takes, for every noun alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.base.permits import Permit
from preceptor.base.together import Question, Set, answer, first_of

Text = str | Promise
Shown = dict[str, Any]
#: So many lines of the history are shown, the newest first.
MOST = 50


@dataclass(frozen=True)
class Act:
    """Something that can be done here; a `reason` says why the reader may not."""

    title: Text
    url: str
    icon: str = "pencil"
    kind: str = ""
    reason: Text = ""

    @property
    def identifier(self) -> str:
        """The end of the id under which the reason stands."""
        return self.url.strip("/").replace("/", "-")


@dataclass(frozen=True)
class Row:
    """A line of a section: its cells (text; optional url, note, tone, meter), and what can be done
    to it."""

    cells: Sequence[Shown]
    acts: Sequence[Act] = ()
    is_past: bool = False


@dataclass(frozen=True)
class Section:
    """A headed table of the page; `empty` is said where it has no rows."""

    key: str
    title: Text
    heads: Sequence[Text]
    rows: Sequence[Row]
    empty: Text
    acts: Sequence[Act] = ()
    intro: Text = ""
    has_acts: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            for cell, head in zip(row.cells, self.heads, strict=True):
                cell["label"] = head
        object.__setattr__(self, "has_acts", any(row.acts for row in self.rows))


def cell(text: Any, **more: Any) -> Shown:
    """A cell; an unknown value is a dash, never empty."""
    return {"text": "–" if text in (None, "") else written(text), **more}


def written(value: Any) -> Any:
    """A day as it is written everywhere, 2023-12-31; anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def act(
    name: str, title: Text, permit: Permit, *keys: Any, icon: str = "pencil", kind: str = ""
) -> Act:
    """What leads to a form by the name of its address, refused with the reason of the permit."""
    reason = "" if permit else permit.reason
    return Act(title, reverse(name, args=keys), icon, kind, reason)


def history_of(
    subject: str, key: int, verbs: dict[str, Text], *, tells_reasons: bool = True
) -> list[Shown]:
    """The latest lines of the journal about the record, as parts/timeline.html takes them, with why it
    was done for who may read that; one query."""
    lines = JournalEntry.objects.filter(subject_kind=subject, subject_key=str(key))
    return entries_of(lines.order_by("-number"), verbs, tells_reasons=tells_reasons)


def entries_of(
    lines: QuerySet[JournalEntry], verbs: dict[str, Text], *, tells_reasons: bool = True
) -> list[Shown]:
    """The first of these lines as parts/timeline.html takes them, with why it was done for who may
    read that; one query."""
    return answer(entries_asked(lines, verbs, tells_reasons=tells_reasons))


def entries_asked(
    lines: QuerySet[JournalEntry], verbs: dict[str, Text], *, tells_reasons: bool = True
) -> Question[list[Shown]]:
    """As `entries_of`; one set."""
    [found] = yield [Set(first_of(lines, MOST))]
    return [_line(line, verbs, tells_reasons) for line in found]


def _line(line: JournalEntry, verbs: dict[str, Text], tells_reasons: bool) -> Shown:
    is_operator = line.actor_key == OPERATOR.actor_key
    actor = _("System operator, at the command line") if is_operator else line.actor_name
    return {
        "day": localtime(line.at).strftime("%Y-%m-%d %H:%M"),
        "title": verbs.get(line.verb, line.verb),
        "text": _("%(actor)s: %(reason)s") % {"actor": actor, "reason": line.reason}
        if line.reason and tells_reasons
        else actor,
        "state": "past",
    }


def definitions(pairs: Iterable[tuple[Text, Any]]) -> list[Shown]:
    """Terms with their values, as parts/definitions.html takes them; what is empty is left out."""
    return [
        {"term": term, "value": written(value)} for term, value in pairs if value not in (None, "")
    ]
