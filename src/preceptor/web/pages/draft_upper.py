"""A value of an upper layer, and what the pack of a draft sets in its place."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.standing.editing.beside import beside
from preceptor.standing.editing.changes import ReplacementRemoval
from preceptor.standing.models import PackDraft
from preceptor.web.forms.draft_fields import day_in
from preceptor.web.forms.draft_upper import UpperForm
from preceptor.web.pages.draft_change import answered, answered_post, posted
from preceptor.web.shown.draft import frame_of, seen
from preceptor.web.shown.draft_upper import lost_shown, upper_shown

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
def upper(request: HttpRequest, key: int, name: str, pack: str) -> HttpResponse:
    """A value of an upper pack: what holds, in which direction it may be moved, the own values by
    day, and another one."""
    draft = seen(request.user, key)
    onward = reverse("draft_upper", args=[key, name, pack])
    if request.POST.get("do") == "remove":
        return _removed(request, draft, pack, name)
    frame = frame_of(request.user, draft, "values")
    own = frame["sight"].pack
    if own is None:
        raise Http404
    others = beside(draft, own.layer, today())
    known = next(
        (one for one in others.replaceable() if _is(one[0], one[1].name, pack, name)), None
    )
    held = next((one for one in own.replaces if (one.pack, one.parameter) == (pack, name)), None)
    if known is None:
        if held is None:
            raise Http404
        return render(request, "draft/upper.html", frame | lost_shown(held))
    form = UpperForm(own, *known, others, posted(request, "value"))
    frame |= upper_shown(known, held, others) | {"value_form": form}
    return answered(request, draft, form, form.change, onward, "draft/upper.html", frame)


def _is(found: Pack, parameter: str, pack: str, name: str) -> bool:
    return (found.id, parameter) == (pack, name)


def _removed(request: HttpRequest, draft: PackDraft, pack: str, name: str) -> HttpResponse:
    """The own value of a day, taken out; the page of the numbers where it was the last."""
    since = day_in(request.POST.get("since", ""))
    if since is None:
        raise Http404
    change = ReplacementRemoval(pack, name, since)
    onward = f"{reverse('draft', args=[draft.pk])}?show=values"
    said = _("The own value was taken out.")
    return answered_post(request, draft, change, said, onward)
