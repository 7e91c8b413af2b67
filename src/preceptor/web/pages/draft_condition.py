"""The condition of a rule, and the filter of a fact: picked from lists, or typed with live checking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.policy import Pack
from preceptor.standing.editing import desk_of
from preceptor.standing.editing.changes import Change, ConditionChange, FilterChange
from preceptor.standing.editing.changes.removal import held
from preceptor.standing.editing.conditions import picked, text_of
from preceptor.standing.models import PackDraft
from preceptor.web.forms.draft_condition import ConditionForm, Picker, read, sent, stepped, typed
from preceptor.web.pages.draft_change import taken
from preceptor.web.shown.draft import frame_of, may_write, part_title, seen
from preceptor.web.shown.draft_condition import checked_shown, grouped, names_by, picker_shown

asks = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Place:
    """Which condition of a draft: of a rule (`require`, `when`), or the filter of a fact (`where`)."""

    subject: str
    rows: str
    text: str
    key: str
    part: str
    url: str
    back: str

    def change(self, text: str) -> Change:
        """The step that writes another text."""
        name = self.part.partition(" ")[2]
        if self.key == "where":
            return FilterChange(self.subject, name.partition(".")[2], text)
        return ConditionChange(name, "when" if self.key == "when" else "require", text)


@asks
def condition(request: HttpRequest, key: int, rule: str, part: str) -> HttpResponse:
    """What a rule demands, or when it applies."""
    draft = seen(request.user, key)
    table = held(desk_of(draft).content, f"rule {rule}")
    if table is None or part not in ("require", "when"):
        raise Http404
    place = Place(
        str(table.get("subject")), "", str(table.get(part, "")), part, f"rule {rule}",
        reverse("draft_condition", args=[key, rule, part]), reverse("draft_rule", args=[key, rule]),
    )  # fmt: skip
    return _answered(request, draft, place)


@asks
def filter_of(request: HttpRequest, key: int, subject: str, fact: str) -> HttpResponse:
    """Which rows a fact counts."""
    draft = seen(request.user, key)
    frame = frame_of(request.user, draft)
    pack = frame["sight"].pack
    table = held(desk_of(draft).content, f"fact {subject}.{fact}")
    if table is None or pack is None or subject not in pack.schema.subjects:
        raise Http404
    place = Place(
        subject, _rows_of(table, pack, subject), str(table.get("where", "")), "where",
        f"fact {subject}.{fact}", reverse("draft_filter", args=[key, subject, fact]),
        reverse("draft_fact", args=[key, subject, fact]),
    )  # fmt: skip
    return _answered(request, draft, place)


def _rows_of(table: dict[str, Any], pack: Pack, subject: str) -> str:
    """The list that a fact counts. A fact without one has no filter to speak of."""
    lists = pack.schema.subjects[subject].lists
    named = [str(text).partition(".")[0] for text in table.values()]
    found = next((name for name in named if name in lists), None)
    if found is None:
        raise Http404
    return found


def _answered(request: HttpRequest, draft: PackDraft, place: Place) -> HttpResponse:
    """The page of a condition; after a text was taken, the rule or the fact."""
    frame = frame_of(request.user, draft, "facts" if place.rows else "rules")
    pack = frame["sight"].pack
    if pack is None or place.subject not in pack.schema.subjects:
        raise Http404
    step = request.POST.get("do", "")
    names = names_by(pack, place.subject, place.rows)
    begun = picked(place.text)
    picker = sent(request.POST) if step not in ("", "text") else typed(begun) if begun else None
    text = place.text
    if picker is not None and step not in ("", "text"):
        picker = stepped(picker, step)
        condition, picker = read(picker, names)
        text = text_of(condition)
    elif step == "text":
        text = request.POST.get("text", "")[:4000]
    form = ConditionForm(request.POST if step in ("text", "use") else None, initial={"text": text})
    if step in ("text", "use") and _is_taken(request, draft, place, form, picker, step, text):
        return redirect(place.back)
    shown = {
        "form": form,
        "spot": place,
        "part_title": part_title(frame["sight"], place.part),
        "picker": picker_shown(picker, names) if picker else None,
        "check": checked_shown(pack, place.subject, text, place.rows),
        "names": grouped(names, with_lists=True),
        "is_typed": step == "text" or begun is None or request.GET.get("as") == "text",
    }
    is_piece = getattr(request, "htmx", False) and step not in ("", "text", "use")
    template = "draft/picker.html" if is_piece else "draft/condition.html"
    refused = request.method == "POST" and not may_write(request.user, draft)
    return render(request, template, frame | shown, status=403 if refused else 200)


def _is_taken(
    request: HttpRequest, draft: PackDraft, place: Place, form: ConditionForm,
    picker: Picker | None, step: str, text: str,
) -> bool:  # fmt: skip
    """Whether the text was written: never one of a picker with a row that says nothing."""
    if step == "use" and (picker is None or picker.wrong):
        return False
    return form.is_valid() and taken(request, draft, form, place.change(text))


@require_POST
def check(request: HttpRequest, key: int) -> HttpResponse:
    """What a text means, or where it is wrong; writes nothing. Asked while somebody types."""
    draft = seen(request.user, key)
    pack = frame_of(request.user, draft)["sight"].pack
    subject, rows = request.POST.get("subject", ""), request.POST.get("rows", "")
    if pack is None or subject not in pack.schema.subjects:
        raise Http404
    if rows and rows not in pack.schema.subjects[subject].lists:
        raise Http404
    shown = checked_shown(pack, subject, request.POST.get("text", ""), rows)
    return render(request, "draft/check.html", {"check": shown})
