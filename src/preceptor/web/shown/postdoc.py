"""A postdoc as the page shows it: standing, clock, term, people, papers, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, asked, first_of, kept_at, together
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import UNDER_WAY, kind_of_row, kinds_on
from preceptor.fellows.access import (
    keep_own_term,
    may_keep_postdoc,
    may_plan_for,
    own_terms,
    reads_judgements,
    visible_stations,
)
from preceptor.fellows.asking import months_ahead
from preceptor.fellows.choices import (
    IntakeSource,
    PostdocState,
    PostdocStep,
    StayEnd,
    StayStart,
    Track,
)
from preceptor.fellows.clock import days_asked
from preceptor.fellows.models import Postdoc, PostdocCase, Stay
from preceptor.fellows.states import PRESENT
from preceptor.joint.access import visible_agreements
from preceptor.people.access import scope
from preceptor.policy import Explanation
from preceptor.standing.due import verdict_of
from preceptor.standing.subjects import Judgement, explain_read, judgements
from preceptor.standing.telling import WITHDRAWAL, told_to
from preceptor.web.localised import localised
from preceptor.web.shown.fellow_journal import journal_asked
from preceptor.web.shown.postdoc_acts import acts_of
from preceptor.web.shown.postdoc_records import kept_sets, records_of
from preceptor.web.shown.postdoc_requests import cases_asked, requests_of
from preceptor.web.shown.postdoc_works import works_asked
from preceptor.web.shown.requests import cases_about, requests_asked
from preceptor.web.shown.requirement import FIRST, as_ground, counts, requirements

Shown = dict[str, Any]
#: So many terms stand on the first page, and so many requests under way with an own one.
MOST_CARDS, MOST_OWED = 50, 3
TONES = {
    PostdocState.IN_STATION: "pass", PostdocState.ON_LEAVE: "info", PostdocState.EXITED: "none",
    PostdocState.LEFT_EARLY: "none", PostdocState.TRANSFERRED: "none",
    PostdocState.WITHDRAWN: "fail",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """What the reader is to the postdoc, and so what may be told.

    Findings that may lead to a withdrawal are told to who keeps the records; what the rules say of
    them, amounts and the kinds of leaves besides to who reads the unit and to the postdoc.
    """

    user: Any
    row: Postdoc

    @cached_property
    def keep(self) -> Permit:
        """Whether the reader may write the records; nobody keeps the own."""
        return may_keep_postdoc(self.user, self.row)

    @cached_property
    def plan(self) -> Permit:
        """Whether the reader may write the development plan."""
        return may_plan_for(self.user, self.row)

    @property
    def is_own(self) -> bool:
        """Whether the reader is the postdoc."""
        return scope(self.user).person == self.row.person_id

    @property
    def reads_judgements(self) -> bool:
        """Whether the reader is the postdoc or reads the unit."""
        return reads_judgements(self.user, self.row)


def page_of(row: Postdoc, user: Any) -> Shown:
    """All of a postdoc that the reader may see; the row comes with what `pages.postdoc.seen` reads."""
    view = View(user, row)
    works, days, seen, journal, cases, (kinds, exits), *_kept = answer(
        together(
            works_asked(row), days_asked([row.person_id], today(), ()), _seen(view),
            journal_asked(user, "postdoc", row), cases_asked(view),
            asked(Set(kinds_on(row.institution).defer("content")), Set(exits_under_way(row))),
            keep_own_term(user, row),
            *(kept_at([row], name, rows) for name, rows in kept_sets(view).items()),
        )
    )  # fmt: skip
    procedures = {kind.name: kind for kind in kinds}
    return {
        "postdoc": row,
        "name": localised(row.person, "name"),
        "station": localised(row.station, "name"),
        "state_title": PostdocState(row.state).label,
        "tone": TONES[PostdocState(row.state)],
        "track": Track(row.track).label,
        "is_own": view.is_own,
        "keep": view.keep,
        "plan": view.plan,
        "is_here": row.state in PRESENT,
        "lead": lead_of(row),
        "comes_next": comes_next(row, procedures, is_asked=bool(exits)),
        "term": term_of(row),
        "definitions": definitions_of(view, days[row.person_id], seen),
        "stays": stays_of(row),
        "journal": journal,
        "requests": requests_of(view, cases),
        "acts": acts_of(view, procedures),
        **standing_of(view),
        **records_of(view),
        **works,
    }


def _seen(view: View) -> Question[tuple[set[int], bool]]:
    """The stations named on the page that the reader may see, and whether the agreement is one too."""
    row = view.row
    stations = visible_stations(view.user).filter(pk__in=[row.station_id, row.workstation_id or 0])
    agreements = visible_agreements(view.user).filter(pk=row.agreement_id or 0)
    named, agreed = yield [Set(stations.order_by(), ("pk",)), Set(agreements.order_by(), ("pk",))]
    return {key for (key,) in named}, bool(agreed)


def standing_of(view: View) -> Shown:
    """The requirements that speak of the postdoc today, and apart from them the grounds for a
    withdrawal that the packs in force name."""
    [told] = _told([view.row], view.user)
    shown = requirements(told, frozenset())
    grounds = [as_ground(one) for one in shown if one["rule"].startswith(WITHDRAWAL)]
    others = [one for one in shown if not one["rule"].startswith(WITHDRAWAL)]
    return {
        "shown_rules": others,
        "withdrawal_rules": grounds,
        "withdrawal_fails": sum(one["verdict"] == "fail" for one in grounds),
        "counts": counts(others),
    }


def verdicts_of(rows: Sequence[Postdoc], user: Any) -> dict[int, Shown]:
    """The weightiest verdict of each postdoc in station, judged afresh, and how many requirements are
    not met; a fixed number of queries for a page of rows."""
    here = [row for row in rows if row.state in PRESENT]
    language, relations = get_language() or "", scope(user).relations
    found = judgements("postdoc", here, today(), language, relations)
    told = [told_to(user, row, known) for row, known in zip(here, found, strict=True)]
    return {row.pk: _verdict(known) for row, known in zip(here, told, strict=True)}


def _told(rows: Sequence[Postdoc], user: Any) -> list[list[Explanation]]:
    """What the rules in force say today of each, as far as the reader may be told; the rows come with
    what `standing.population.with_relations` reads."""
    relations = scope(user).relations
    found = explain_read("postdoc", rows, today(), get_language() or "", relations=relations)
    return [told_to(user, row, known) for row, known in zip(rows, found, strict=True)]


def _verdict(known: Sequence[Judgement]) -> Shown:
    words = [verdict_of(one, frozenset()) for one in known]
    if not words:
        return {"text": "–"}
    worst, note = min(words, key=FIRST.index), ""
    if worst in ("fail", "warn"):
        many = words.count(worst)
        note = ngettext("%(count)s requirement", "%(count)s requirements", many) % {"count": many}
    return {"verdict": worst, "note": note, "text": worst}


def lead_of(row: Postdoc) -> str:
    """The first sentence: how long the term still is, or how it ended."""
    if row.state not in PRESENT:
        return _("%(state)s on %(day)s.") % {
            "state": capfirst(PostdocState(row.state).label), "day": row.left_on or "–",
        }  # fmt: skip
    left = (row.term_ends_on - today()).days
    if left < 0:
        return _("The term ended on %(day)s, %(count)s days ago, and no exit is recorded.") % {
            "day": row.term_ends_on, "count": -left,
        }  # fmt: skip
    return _("The term ends on %(day)s: %(count)s days are left.") % {
        "day": row.term_ends_on, "count": left,
    }  # fmt: skip


def exits_under_way(row: Postdoc) -> QuerySet[PostdocCase]:
    """The requests by which the exit is asked for now."""
    return PostdocCase.objects.filter(postdoc=row, step=PostdocStep.EXIT, case__state__in=UNDER_WAY)


def comes_next(row: Postdoc, procedures: Mapping[str, CaseKind], *, is_asked: bool) -> str:
    """The day of leaving that is decided, or by which day the exit is asked for: so many months ahead
    as the procedure in force says. Empty for who has left, is asking or comes too late."""
    if row.state not in PRESENT:
        return ""
    if row.left_on is not None:
        return _("It is decided that the term ends on %(day)s.") % {"day": row.left_on}
    kind = procedures.get(f"postdoc_{PostdocStep.EXIT}")
    if kind is None:
        return ""
    ahead = int(kind_of_row(kind).settings.get("ahead_months", 0))
    last = months_ahead(row.term_ends_on, ahead)
    if last < today() or is_asked:
        return ""
    return _("The exit is asked for by %(day)s at the latest.") % {"day": last}


def term_of(row: Postdoc) -> Shown:
    """How much of the term is over, as parts/meter.html takes it."""
    whole = (row.term_ends_on - row.entered_on).days
    until = min(today(), row.left_on or today())
    passed = min(max((until - row.entered_on).days, 0), whole)
    return {
        "value": passed,
        "limit": whole,
        "text": _("%(passed)s of %(whole)s days of the term") % {"passed": passed, "whole": whole},
    }


def definitions_of(view: View, spent: int, seen: tuple[set[int], bool]) -> list[Shown]:
    """Where the postdoc is, since when, on what agreement; `spent` are the days in stations, `seen`
    what of the stations and the agreement the reader may open."""
    row, (stations, sees_agreement) = view.row, seen
    items: list[Shown] = [
        {"term": _("Station"), "value": localised(row.station, "name"),
         "url": reverse("station", args=[row.station_id]) if row.station_id in stations else ""},
        {"term": _("Unit"), "value": localised(row.unit, "name")},
        {"term": _("Track"), "value": Track(row.track).label},
        {"term": pgettext("of a postdoc", "Source"), "value": IntakeSource(row.intake).label},
        {"term": _("Entered on"), "value": row.entered_on},
        {"term": _("Term ends on"), "value": row.term_ends_on},
        {"term": _("Days in stations, all terms"), "value": spent,
         "note": _("leaves included; which of them stop the clock, the rules say")},
        {"term": _("Doctorate"), "value": row.doctorate_on, "note": row.doctorate_from},
    ]  # fmt: skip
    if row.workstation is not None:
        url = reverse("station", args=[row.workstation_id])
        items.append({
            "term": _("Workstation"), "value": localised(row.workstation, "name"),
            "url": url if row.workstation_id in stations else "",
        })  # fmt: skip
    return items + _papers(row, sees_agreement)


def _papers(row: Postdoc, sees_agreement: bool) -> list[Shown]:
    """The agreement, the application and the terms before and after, where there are any."""
    items = []
    if row.agreement is not None:
        url = reverse("agreement", args=[row.agreement_id])
        items.append({
            "term": _("Agreement"), "value": row.agreement.number,
            "note": _("until %(day)s") % {"day": row.agreement.ends_on or "–"},
            "url": url if sees_agreement else "",
        })  # fmt: skip
    if row.follows_id is not None:
        url = reverse("postdoc", args=[row.follows_id])
        items.append({"term": _("Goes on from"), "value": _("the earlier term"), "url": url})
    if row.certificate:
        items.append({"term": _("Certificate of exit"), "value": row.certificate})
    return items


def stays_of(row: Postdoc) -> list[Shown]:
    """The stays, the newest first, for parts/timeline.html."""
    return [
        {
            "day": _("%(first)s to %(last)s") % {
                "first": stay.begins_on, "last": stay.ends_on or _("today"),
            },
            "title": localised(stay.station, "name"),
            "state": "past" if stay.ends_on and stay.ends_on <= today() else "now",
            "text": _stay_text(stay),
        }
        for stay in reversed(row.stays.all())
    ]  # fmt: skip


def _stay_text(stay: Stay) -> str:
    """On which track, by which source, and how it began and ended; an open stay has no end."""
    words = {
        "track": Track(stay.track).label, "source": IntakeSource(stay.intake).label,
        "start": StayStart(stay.comes_by).label,
    }  # fmt: skip
    if not stay.goes_by:
        return _("%(track)s, %(source)s; began by %(start)s") % words
    words["end"] = StayEnd(stay.goes_by).label
    return _("%(track)s, %(source)s; began by %(start)s, ended by %(end)s") % words


def cards_asked(user: Any) -> Question[list[Mapping[str, Any]]]:
    """The own terms, with the requests under way and by when to ask for the exit, and those whom the
    reader supervises, for the first page; three rounds at most, one for who is no postdoc."""
    person = scope(user).person
    if person is None:
        return []
    rows = own_terms(user).select_related("person", "station", "institution")
    [found] = yield [Set(first_of(rows.order_by("-entered_on", "-pk"), MOST_CARDS))]
    return (
        yield from together(*(_card(user, row, is_own=row.person_id == person) for row in found))
    )


def _card(user: Any, row: Postdoc, *, is_own: bool) -> Question[Mapping[str, Any]]:
    owed = (yield from _owed(user, row)) if is_own and row.state in PRESENT else {}
    return {
        "postdoc": row,
        "url": reverse("postdoc", args=[row.pk]),
        "name": localised(row.person, "name"),
        "station": localised(row.station, "name"),
        "is_own": is_own,
        "state": PostdocState(row.state).label,
        "tone": TONES[PostdocState(row.state)],
        "lead": lead_of(row),
        "term": term_of(row),
        **owed,
    }


def _owed(user: Any, row: Postdoc) -> Question[Shown]:
    """What a postdoc in station waits for, and by when the exit is to be asked for: so many months
    before the end of the term as the procedure says; nothing where it says none or an end is decided."""
    cases = cases_about(user, postdoc_case__postdoc=row).filter(state__in=UNDER_WAY)
    kinds = kinds_on(row.institution).filter(name=f"postdoc_{PostdocStep.EXIT}").defer("content")
    requests, [procedures] = yield from together(
        requests_asked(user, cases, MOST_OWED), asked(Set(kinds))
    )
    ahead = kind_of_row(procedures[0]).settings.get("ahead_months") if procedures else None
    by = months_ahead(row.term_ends_on, int(ahead)) if ahead and row.left_on is None else None
    return {"requests": requests, "exit_by": by}
