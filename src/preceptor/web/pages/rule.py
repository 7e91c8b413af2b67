"""Rules: all that are in force, and one with its source, its numbers by date and who fails it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.people.access import scope
from preceptor.policy import Pack
from preceptor.standing.access import HIGHER
from preceptor.standing.institutions import institutions_of, packs_for
from preceptor.standing.listing import FEW
from preceptor.standing.queries import as_of_all
from preceptor.web.addresses import address
from preceptor.web.filters.choices import subject_title
from preceptor.web.keyset import slice_of
from preceptor.web.shown.draft_lists import editing_at
from preceptor.web.shown.example import examples_of
from preceptor.web.shown.expression import Words
from preceptor.web.shown.rule import Tally, failing_url, line_of, page_of, source_of, tallies
from preceptor.web.shown.slider import may_move
from preceptor.web.tables.finding import PAGE, cells_of, columns_of, findings_with


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All rules of the packs in force, by what they judge, with the verdicts in the reader's scope."""
    counted = tallies(request.user)
    packs = [(pack, _groups(pack, counted)) for pack in packs_for(request.user)]
    context: dict[str, Any] = {"packs": packs, "as_of": _as_of(request) if counted else None}
    context |= {"may_plan": editing_at(request.user) is not None, "upper_layers": HIGHER}
    return render(request, "rule/list.html", context)


def _as_of(request: HttpRequest) -> date | None:
    """The day of the last evaluation of the reader's institutions, the oldest of several."""
    return as_of_all(institutions_of(request.user))


def _groups(pack: Pack, counted: dict[str, Tally]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            subject_title(subject),
            [line_of(rule, counted.get(rule.id) or Tally()) for rule in pack.rules_of(subject)],
        )
        for subject in sorted(pack.subjects, key=_reading_order)
    ]


def _reading_order(subject: str) -> int:
    order = ("enrolment", "thesis", "panel", "supervisor", "stipend")
    return order.index(subject) if subject in order else len(order)


@require_safe
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: what it says, where it stands, its values by date, its examples, and who fails it."""
    pack = next((one for one in packs_for(request.user) if rule in one.rules), None)
    if pack is None:
        raise Http404
    known = pack.rules[rule]
    tally = tallies(request.user, rule).get(rule) or Tally()
    context = page_of(pack, known) | {
        "subject": subject_title(known.subject),
        "source": source_of(known.citation, pack, request.user),
        "examples": examples_of(known, Words(pack, known.subject, today())),
        "tally": tally,
        "as_of": _as_of(request),
        "fail_url": failing_url(known, tally),
        "may_plan": editing_at(request.user) is not None,
        "may_move": may_move(request.user, pack, rule),
    }
    return render(request, "rule/page.html", context | _concerned(request, pack, rule, tally))


def _concerned(request: HttpRequest, pack: Pack, rule: str, tally: Tally) -> dict[str, Any]:
    """The records with the chosen verdict (not met, or pending), in pages by student number."""
    query = request.GET.dict()
    shown = "pending" if query.get("verdict") == "pending" else "fail"
    rows = findings_with(request.user, rule, shown, is_few=tally.total <= FEW)
    page = slice_of(rows, "student_number", request.path, query, size=PAGE)
    # A rule that only warns gives notice where it fails, as everywhere else.
    failed = _("Notice") if pack.rules[rule].kind == "warn" else _("Not met")
    tabs = [
        {
            "title": title,
            "url": address(reverse("rule", args=[rule]), {"verdict": name}) + "#concerned",
            "is_current": shown == name,
        }
        for name, title in (("fail", failed), ("pending", _("Pending")))
    ]
    return {
        "tabs": tabs,
        "columns": columns_of(pack.rules[rule].subject),
        "rows": cells_of(page.rows, rule, scope(request.user).relations),
        "previous_url": page.previous_url and f"{page.previous_url}#concerned",
        "next_url": page.next_url and f"{page.next_url}#concerned",
    }
