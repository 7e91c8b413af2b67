"""A platform as its page shows it, what stands around the list, and what is done to one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from preceptor.base.permits import GRANTED, Permit
from preceptor.base.today import today
from preceptor.fellows.access import visible_postdocs
from preceptor.fellows.models import PlatformPlace
from preceptor.fellows.states import PRESENT
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.actions import add_co_builder, change_platform_state, end_co_builder
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, PlatformSpan
from preceptor.people.access import may_keep_institution, scope
from preceptor.web.changing import Change
from preceptor.web.forms.agreement import LastDayForm
from preceptor.web.forms.platform import BuilderForm, StateForm
from preceptor.web.localised import localised
from preceptor.web.shown.record_page import Row, Section, Text, act, cell, definitions, history_of
from preceptor.web.tables.platform import builder_name

Shown = dict[str, Any]
VERBS: dict[str, Text] = {
    "platform.register": gettext_lazy("Entered into the register"),
    "platform.state": gettext_lazy("State changed"),
    "platform.co_builder": gettext_lazy("Co-builder entered"),
    "platform.co_builder_end": gettext_lazy("Co-builder ended"),
}
#: So many postdocs are listed; the page of who carries the postdocs has all.
MOST = 50
TONES = {
    PlatformState.OPERATING: "pass", PlatformState.CONSTRUCTION: "pending",
    PlatformState.CLOSED: "none",
}  # fmt: skip


def _keeps(user: Any, row: Platform) -> Permit:
    return may_keep_institution(user, row.institution)


def _state(row: Platform) -> str:
    """The state in which the platform is by what is known last; empty where none is."""
    last = row.spans.known().order_by("valid_from").last()
    return last.state if last is not None else ""


def _state_form(row: Platform, user: Any, data: QueryDict | None) -> StateForm:
    return StateForm(_state(row), data)


CHANGES: dict[str, Change] = {
    "state": Change(
        gettext_lazy("Change the state of the platform"), gettext_lazy("Change the state"),
        gettext_lazy("The state is changed."), _state_form, _keeps,
        lambda row, given, user: change_platform_state(
            platform=row, by=user, permit=_keeps(user, row), **given
        ),
    ),
    "builder": Change(
        gettext_lazy("Enter a co-builder"), gettext_lazy("Enter it"),
        gettext_lazy("The co-builder is entered."),
        lambda row, user, data: BuilderForm(row, user, data), _keeps,
        lambda row, given, user: add_co_builder(
            platform=row, by=user, permit=_keeps(user, row), **given
        ),
    ),
}  # fmt: skip
END = Change(
    gettext_lazy("End of a co-builder"), gettext_lazy("Record the last day"),
    gettext_lazy("The last day is recorded."), lambda row, user, data: LastDayForm(data),
    lambda user, row: _keeps(user, row.platform),
    lambda row, given, user: end_co_builder(
        co_builder=row, by=user, permit=_keeps(user, row.platform), **given
    ),
)  # fmt: skip


def frame_of(user: Any, rows: QuerySet[Platform], day: date) -> Shown:
    """What joint/list.html takes besides the rows: how many platforms of each level; one query."""
    reach = scope(user)
    may = reach.everything or bool(reach.institutions & reach.kept)
    counts = Counter(dict(rows.order_by().values_list("level").annotate(n=Count("pk"))))
    return {
        "heading": _("Platforms"),
        "intro": _(
            "Laboratories, centres, training bases, workstations with industry and consortia on"
            " %(day)s: of which level, in which state, and who builds them together."
        )
        % {"day": day},
        "acts": [act("platform_new", _("Enter a platform"), GRANTED, icon="plus", kind="main")]
        if may
        else [],
        "above_list": [{"label": level.label, "value": counts[level]} for level in PlatformLevel],
        "icon_name": "stack-2",
        "empty_title": _("No platform matches"),
        "empty_text": _("Platforms are entered by the graduate school office."),
        "clear_url": reverse("platforms"),
    }  # fmt: skip


def page_of(row: Platform, user: Any) -> Shown:
    """All of a platform; a fixed number of queries."""
    keep, spans = _keeps(user, row), list(row.spans.known().order_by("-valid_from"))
    now = next((one for one in spans if one.is_true_on(today())), None)
    state = PlatformState(now.state) if now is not None else None
    is_over = state == PlatformState.CLOSED
    return {
        "name": localised(row, "name"),
        "above": [
            (_("Platforms"), reverse("platforms")),
            *([(localised(row.upper, "name"), reverse("platform", args=[row.upper_id]))]
              if row.upper else []),
        ],
        "state_title": state.label if state else _("not begun yet"),
        "tone": TONES[state] if state else "pending",
        "meta": [row.code, PlatformLevel(row.level).label, PlatformKind(row.kind).label,
                 localised(row.unit, "name")],
        "acts": [act("platform_change", _("Change the state"), keep, row.pk, "state")]
        if keep and not is_over
        else [],
        "notices": [],
        "sections": [_builders(row, keep), _branches(row, user), *_postdocs(row, user)],
        "beside": [_spans(spans)],
        "definitions": _definitions(row),
        "texts": [],
        "entries": history_of("platform", row.pk, VERBS) if keep else [],
    }  # fmt: skip


def _definitions(row: Platform) -> list[Shown]:
    return definitions(
        [
            (_("Code"), row.code), (_("Name in Chinese"), row.name_zh),
            (_("Name in English"), row.name_en), (pgettext("co-operation", "Institution"), localised(row.institution, "name")),
            (_("Unit"), localised(row.unit, "name")),
            (_("Discipline"), localised(row.discipline, "name") if row.discipline else ""),
            (_("Branch of"), localised(row.upper, "name") if row.upper else ""),
            (_("Approved on"), row.approved_on), (_("Paper of the approval"), row.approval),
        ]
    )  # fmt: skip


def _builders(row: Platform, keep: Permit) -> Section:
    known = row.co_builders.known().select_related("unit").order_by("valid_from", "pk")
    lines = [
        Row(
            [cell(builder_name(one)), cell(one.valid_from), cell(one.valid_to)],
            [
                act(
                    "co_builder_end",
                    pgettext("co-operation", "End"),
                    GRANTED,
                    row.pk,
                    one.pk,
                    icon="x",
                )
            ]
            if keep and one.valid_to is None
            else [],
            one.valid_to is not None and one.valid_to < today(),
        )
        for one in known
    ]
    return Section(
        "builders", _("Co-builders"), [_("Co-builder"), pgettext("co-operation", "From"), pgettext("co-operation", "Until")], lines,
        _("Its unit builds it alone."),
        [act("platform_change", _("Enter a co-builder"), keep, row.pk, "builder", icon="plus")]
        if keep
        else [],
    )  # fmt: skip


def _branches(row: Platform, user: Any) -> Section:
    rows = visible_platforms(user).filter(upper=row).select_related("unit").order_by("code")
    lines = [
        Row(
            [
                cell(localised(one, "name"), url=reverse("platform", args=[one.pk]), note=one.code),
                cell(localised(one.unit, "name")), cell(PlatformLevel(one.level).label),
            ]
        )
        for one in rows
    ]  # fmt: skip
    return Section(
        "branches", _("Branches"), [_("Platform"), _("Unit"), _("Level")], lines,
        _("It has no branches."),
    )  # fmt: skip


def _postdocs(row: Platform, user: Any) -> list[Section]:
    """Who of the postdocs that the reader sees works there today, or nothing for who sees none."""
    seen = visible_postdocs(user).filter(state__in=PRESENT).order_by().values("pk")
    rows = PlatformPlace.objects.on(today()).filter(platform=row, postdoc__in=seen)
    found = rows.select_related("postdoc__person", "postdoc__station").order_by("valid_from", "pk")
    lines = [
        Row(
            [
                cell(
                    localised(one.postdoc.person, "name"), note=one.postdoc.number,
                    url=reverse("postdoc", args=[one.postdoc_id]),
                ),
                cell(localised(one.postdoc.station, "name")), cell(one.valid_from),
            ]
        )
        for one in found[:MOST]
    ]  # fmt: skip
    if not lines:
        return []
    return [
        Section(
            "postdocs", _("Postdocs who work on it"),
            [_("Postdoc"), _("Station"), pgettext("co-operation", "From")], lines, "",
        )
    ]  # fmt: skip


def _spans(spans: list[PlatformSpan]) -> Section:
    lines = [
        Row([cell(PlatformState(one.state).label, tone=TONES[PlatformState(one.state)]),
             cell(one.valid_from), cell(one.valid_to)])
        for one in spans
    ]  # fmt: skip
    return Section(
        "states",
        _("States"),
        [
            pgettext("co-operation", "State"),
            pgettext("co-operation", "From"),
            pgettext("co-operation", "Until"),
        ],
        lines,
        _("No state is recorded."),
    )
