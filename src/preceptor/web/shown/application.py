"""An application: as the applicant fills it in and follows it, and as those who judge it read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.base.together import Set, answer, asked, kept_at, together
from preceptor.calls.access import (
    is_applicant,
    keep_judging,
    may_answer_offer,
    may_change_application,
    may_read_scores,
    may_score,
    takes_applications,
    visible_offers,
)
from preceptor.calls.choices import OfferState, Result, WorkKind
from preceptor.calls.models import ApplicationWork, CallApplication, Offer
from preceptor.calls.registry import purpose_of
from preceptor.cases.choices import CaseState
from preceptor.cases.queries import kind_of
from preceptor.fellows.access import visible_postdocs
from preceptor.institutions.access import visible_disciplines
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline
from preceptor.people.access import scope
from preceptor.standing.subjects import explain_read
from preceptor.web.countries import country_name
from preceptor.web.forms.application import (
    OfferAnswerForm,
    SectionForm,
    WorkForm,
    section_forms,
)
from preceptor.web.localised import localised
from preceptor.web.shown.call import linked
from preceptor.web.shown.case import case_asked
from preceptor.web.shown.case import shown_of as case_shown
from preceptor.web.shown.requirement import requirements

Shown = dict[str, Any]
TITLES = {
    "person": gettext_lazy("About you"), "doctorate": gettext_lazy("Doctorate"), "employment": gettext_lazy("Work and time"),
    "host": gettext_lazy("Co-operating supervisor"), "statement": gettext_lazy("Statement"),
}  # fmt: skip
RESULT_TONES = {
    Result.OPEN: "none", Result.PLACED: "pass", Result.RESERVE: "info", Result.NOT_PLACED: "none",
}  # fmt: skip
OFFER_TONES = {OfferState.OPEN: "info", OfferState.ACCEPTED: "pass"}


def forms_of(
    user: Any, application: CallApplication, section: str = "", data: Any = None
) -> dict[str, SectionForm]:
    """The forms of all sections; that of the section with what was sent."""
    rows = Discipline.objects.on(today()).filter(
        pk__in=visible_disciplines(user).values("pk"), level=DisciplineLevel.FIRST
    )
    hosts = purpose_of(application.call).hosts(application.call)
    return section_forms(application, list(rows.order_by("code")), hosts, section, data)


def page_of(user: Any, application: CallApplication) -> Shown:
    """All of an application that the reader may see; it comes with its call, person, host, discipline,
    and its case with kind, unit and institution."""
    case = application.case
    offers = visible_offers(user).filter(application=application).order_by("-pk")
    terms = visible_postdocs(user).filter(application=application).order_by("pk")
    read, _judging, _works, (made, ended_in) = answer(
        together(
            case_asked(user, case),
            keep_judging(user, application),
            kept_at([application], "works", ApplicationWork.objects.all()),
            asked(Set(offers), Set(terms, ("pk",))),
        )
    )
    is_own = is_applicant(user, application)
    change = may_change_application(user, application)
    shown = case_shown(user, case, read)
    return {
        **shown,
        "application": application,
        "call_title": localised(application.call, "title"),
        "call_url": reverse("call", args=[application.call_id]),
        "name": localised(application.person, "name"),
        "is_own": is_own,
        "change": change,
        "takes": takes_applications(application.call) if case.submitted_at is None else True,
        "facts": _facts(user, application),
        "works": [_work(row) for row in application.works.all()],
        "work_form": WorkForm(auto_id="work_%s"),
        "requirements": _requirements(user, application),
        "attach_url": reverse("application_save", args=[application.pk, "document"]),
        "score": may_score(user, application) if not is_own else None,
        "scores": may_read_scores(user, application) if not is_own else None,
        **_result(user, application, made, is_own=is_own, may_appeal=bool(shown.get("appeals"))),
        "postdoc_url": _postdoc_url(made, ended_in),
    }


def _requirements(user: Any, application: CallApplication) -> list[Shown]:
    """What the rules say of the applicant today, each with its clause."""
    language, step = get_language() or "", kind_of(application.case).gate or None
    relations = scope(user).relations
    [found] = explain_read("applicant", [application], today(), language, step, relations)
    lines = linked(user, requirements(found, frozenset()))
    # What is missing is filled in by the applicant, and by nobody else.
    asked = _("Fill it in and save the section.") if is_applicant(user, application) else ""
    return [line | {"actor": asked if line["missing"] else ""} for line in lines]


def sections_of(forms: Mapping[str, SectionForm], application: CallApplication) -> list[Shown]:
    """The sections as the page lists them, each with where its form goes and what is still open."""
    return [
        {
            "name": name,
            "title": TITLES[name],
            "form": form,
            "url": reverse("application_save", args=[application.pk, name]),
            "is_open": form.is_bound,
        }
        for name, form in forms.items()
    ]


def _truth(value: bool | None) -> str:
    return "" if value is None else _("yes") if value else _("no")


def _facts(user: Any, row: CallApplication) -> list[Shown]:
    """What the applicant told. The day of birth is for the applicant and the keepers alone."""
    items: list[Shown] = [{"term": _("Nationality"), "value": country_name(row.country)}]
    if is_applicant(user, row) or scope(user).keeps_fellows(row.call.unit_id):
        born = row.born_on.isoformat() if row.born_on else ""
        items.insert(0, {"term": _("Day of birth"), "value": born})
    discipline = row.doctorate_discipline
    items += [
        {"term": _("Day of the doctorate"),
         "value": row.doctorate_on.isoformat() if row.doctorate_on else ""},
        {"term": _("University that gave it"), "value": row.doctorate_from},
        {"term": _("Discipline"), "value": localised(discipline, "name") if discipline else ""},
        {"term": _("Doctorate of this institution"), "value": _truth(row.is_own_doctor)},
        {"term": _("Present employer"), "value": row.employer},
        {"term": _("Full time"), "value": _truth(row.is_full_time)},
        {"term": _("Months in postdoctoral stations so far"), "value": row.earlier_months},
    ]  # fmt: skip
    if row.has_special_approval is not None:
        items.append({"term": _("Special approval"), "value": _truth(row.has_special_approval)})
    if row.host is not None:
        items.append({"term": _("Co-operating supervisor"), "value": localised(row.host, "name")})
    # What is not there was not told: nobody else knows it.
    return [
        item if item["value"] not in ("", None) else item | {"value": _("not filled in")}
        for item in items
    ]


def _work(row: Any) -> Shown:
    return {
        "key": row.pk,
        "title": row.title,
        "kind": WorkKind(row.kind).label,
        "year": row.year,
        "part": row.part,
        "doi": row.doi,
        "is_representative": row.is_representative,
    }


def _result(
    user: Any, application: CallApplication, offers: Sequence[Offer], *, is_own: bool,
    may_appeal: bool,
) -> Shown:  # fmt: skip
    """What came of the comparison, and the offers that the reader sees."""
    # Who reads the page may see the application: only the end of the comparison is waited for.
    is_told = application.result != Result.OPEN
    return {
        "result": Result(application.result).label if is_told else "",
        "result_tone": RESULT_TONES[Result(application.result)],
        "rank": application.rank if is_told and not is_own else None,
        "told": _told(application, offers, may_appeal) if is_own else "",
        "own_state": state_of(application, offers) if is_own else "",
        "offers": [offer_of(user, row, application) for row in offers],
    }


def _told(application: CallApplication, offers: Sequence[Offer], may_appeal: bool) -> str:
    """What a refusal or the result of the comparison means for the applicant, and what comes next; empty
    while there is none, and where an offer tells it."""
    if application.case.state == CaseState.REFUSED:
        if not may_appeal:
            return _("The reason stands under what happened.")
        return _("The reason stands under what happened. If you do not agree, you may ask for a review "
                 "at the end of this page, by the day that is named there.")  # fmt: skip
    if application.case.state != CaseState.GRANTED or offers:
        return ""
    if application.result == Result.RESERVE:
        return _("You meet the requirements, and all places are given to others. When one of them "
                 "becomes free, it is offered in the order of the list: you get a mail with the day by "
                 "which to answer. You need not do anything now.")  # fmt: skip
    if application.result == Result.NOT_PLACED:
        return _("The places of this call went to others. You may apply to every open call.")
    if application.result == Result.PLACED:
        return _("You are chosen. The offer comes by mail, with the day by which to answer.")
    return ""


def _postdoc_url(offers: Sequence[Offer], terms: Sequence[tuple[int]]) -> str:
    """Where the term lies that an accepted offer became; empty where there is none to be seen."""
    is_accepted = any(row.state == OfferState.ACCEPTED for row in offers)
    return reverse("postdoc", args=terms[0]) if is_accepted and terms else ""


def offer_of(user: Any, row: Offer, application: CallApplication) -> Shown:
    """An offer with its answer, and whether the reader may give it."""
    row.application = application
    return {
        "row": row,
        "state": OfferState(row.state).label,
        "tone": OFFER_TONES.get(OfferState(row.state), "none"),
        "is_open": row.state == OfferState.OPEN,
        "answer": may_answer_offer(user, row),
        "form": OfferAnswerForm(auto_id=f"offer{row.pk}_%s"),
    }


def state_of(application: CallApplication, offers: Sequence[Offer]) -> str:
    """Where an application stands, for the applicant: with the newest of its offers, else of a granted
    one what came of the comparison, since granted alone it gives no place; else the state of its
    request."""
    state = CaseState(application.case.state)
    if offers:
        newest = max(offers, key=lambda one: one.pk)
        return _("offer: %(state)s") % {"state": OfferState(newest.state).label}
    is_compared = state == CaseState.GRANTED and application.result != Result.OPEN
    return str(Result(application.result).label if is_compared else state.label)


def line_of(application: CallApplication) -> Shown:
    """An own application in a list, with the day by which an offer is to be answered; it comes with its
    call, case and offers."""
    case = application.case
    offers = list(application.offers.all())
    offered = [one.answer_by for one in offers if one.state == OfferState.OPEN]
    return {
        "title": localised(application.call, "title"),
        "number": case.number or application.call.number,
        "state": state_of(application, offers),
        "is_draft": case.state == CaseState.DRAFT,
        "answer_by": max(offered).isoformat() if offered else "",
        "url": reverse("application", args=[application.pk]),
    }
