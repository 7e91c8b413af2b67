"""A call as everybody reads it, and what its keepers need besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, kept_at, together
from preceptor.calls.access import (
    is_open,
    may_apply,
    may_keep_call,
    moment,
    takes_applications,
    visible_applications,
)
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call, CallApplication, Criterion
from preceptor.calls.registry import purpose_of
from preceptor.cases.choices import CaseState
from preceptor.cases.queries import kind_in_force, kind_of_row
from preceptor.fellows.choices import IntakeSource, Track
from preceptor.people.access import scope
from preceptor.people.models import Account
from preceptor.standing.calls import eligibility
from preceptor.standing.institutions import packs_for
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import within
from preceptor.web.shown.requirement import requirement
from preceptor.web.tables.call import purpose_text, state_text

Shown = dict[str, Any]
TONES = {
    CallState.DRAFT: "none", CallState.PUBLISHED: "info", CallState.CLOSED: "none",
    CallState.CANCELLED: "fail",
}  # fmt: skip
OTHER = {"zh": "en", "en": "zh"}


def page_of(user: Any, call: Call) -> Shown:
    """All of a call that the reader may see; `call` comes with institution, unit, station and
    programme."""
    own, received, _kept = answer(
        together(
            _own(user, call), _received(user, call),
            kept_at([call], "criteria", Criterion.objects.all()),
        )
    )  # fmt: skip
    kind = kind_in_force(call.institution, call.kind)
    stages = kind_of_row(kind) if kind is not None else None
    return {
        "call": call,
        "title": localised(call, "title"),
        "text": localised(call, "text"),
        "other": _other(call),
        "state_title": state_text(call),
        "tone": "pass" if is_open(call) else TONES[CallState(call.state)],
        "definitions": definitions_of(call),
        "rules": rules_of(user, call),
        "documents": [
            {
                "title": within(one.title),
                "is_required": one.required,
                "hint": _("%(types)s, at most %(size)s MB")
                % {"types": ", ".join(one.types), "size": one.most_megabytes},
            }
            for one in (stages.documents if stages else ())
        ],
        "stages": [within(stage.title) for stage in (stages.stages if stages else ())],
        "criteria": [
            {"name": localised(one, "name"), "most": one.most, "share": share}
            for one, share in _shares(list(call.criteria.all()))
        ],
        **_acts(user, call, own, received),
    }


def _shares(criteria: Sequence[Criterion]) -> list[tuple[Criterion, int | None]]:
    """Each criterion with what it counts of the whole, in per cent; None where nothing counts."""
    whole = sum(one.weight for one in criteria)
    return [(one, round(one.weight * 100 / whole) if whole else None) for one in criteria]


def _other(call: Call) -> Shown:
    """The same in the other language, so that whoever reads only that one finds it too."""
    language = OTHER["en" if get_language() == "en" else "zh"]
    return {
        "language": "en" if language == "en" else "zh-Hans",
        "title": getattr(call, f"title_{language}"),
        "text": getattr(call, f"text_{language}"),
    }


def definitions_of(call: Call) -> list[Shown]:
    """What is decided about the places, as parts/definitions.html takes them."""
    title_zh, title_en = purpose_of(call).title(call)
    items: list[Shown] = [
        {"term": _("Applied for"), "value": title_en if get_language() == "en" else title_zh},
        {
            "term": pgettext("of a call", "Institution"),
            "value": localised(call.institution, "name"),
        },
        {"term": _("Unit"), "value": localised(call.unit, "name")},
        *_place(call),
        {"term": _("Places"), "value": call.places},
        {"term": _("Applications from"), "value": moment(call.opens_at)},
        {"term": _("Applications until"), "value": moment(call.closes_at)},
    ]
    if call.reserves:
        items.append({"term": _("Places on the reserve list"), "value": call.reserves})
    if call.letters:
        items.append({"term": _("Outside letters for each application"), "value": call.letters})
    items.append({"term": _("Days to answer an offer"), "value": call.offer_days})
    return items


def _place(call: Call) -> list[Shown]:
    """Of a call for a station: track, source, the workstation of a joint intake, and the term."""
    place = getattr(call, "station_call", None)
    if place is None:
        return []
    items: list[Shown] = [
        {"term": _("Track"), "value": Track(place.track).label},
        {"term": pgettext("of a postdoc", "Source"), "value": IntakeSource(place.intake).label},
    ]
    if place.workstation is not None:
        items.append({"term": _("Workstation"), "value": localised(place.workstation, "name")})
    return [*items, {"term": _("Months of the first term"), "value": place.months}]


def rules_of(user: Any, call: Call) -> list[Shown]:
    """Who may apply: each rule with its clause and values, for the last day of the call."""
    found = eligibility(call, today(), get_language() or "", scope(user).relations)
    return linked(user, [requirement(known) for known in found])


def linked(user: Any, lines: list[Shown]) -> list[Shown]:
    """The requirements with a way to the page of the rule for those alone who read that page."""
    is_member = isinstance(user, Account) and scope(user).institution is not None
    known = {rule for pack in packs_for(user) for rule in pack.rules} if is_member else set()
    return [line if line["rule"] in known else line | {"url": ""} for line in lines]


def _acts(user: Any, call: Call, own: CallApplication | None, received: int) -> Shown:
    """What the reader can do: apply, go on with the own application, keep the call."""
    keep = may_keep_call(user, call)
    return {
        "purpose": purpose_text(call),
        "apply": may_apply(user, call),
        "takes": takes_applications(call),
        "is_signed_in": isinstance(user, Account),
        "own": own,
        "own_url": reverse("application", args=[own.pk]) if own is not None else "",
        "keep": keep,
        "reads": scope(user).reads_fellows(call.unit_id),
        "received": received if scope(user).reads_fellows(call.unit_id) else None,
        "may_close": call.state == CallState.PUBLISHED and not is_open(call),
    }


def own_application(user: Any, call: Call) -> CallApplication | None:
    """What the reader began to apply for, handed in or not; None where nothing was begun."""
    return answer(_own(user, call))


def _own(user: Any, call: Call) -> Question[CallApplication | None]:
    person = scope(user).person
    if person is None:
        return None
    rows = visible_applications(user).filter(call=call, person=person)
    [found] = yield [Set(rows.select_related("case").defer("statement").order_by("pk"))]
    return next(iter(found), None)


def _received(user: Any, call: Call) -> Question[int]:
    """How many applications were handed in and not taken back; 0 for who does not read them."""
    if not scope(user).reads_fellows(call.unit_id):
        return 0
    rows = visible_applications(user).filter(call=call, case__submitted_at__isnull=False)
    [found] = yield [Set(rows.exclude(case__state=CaseState.WITHDRAWN).order_by(), ("pk",))]
    return len(found)
