"""What stands between a draft and being proposed or approved, in words, the first thing first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.policy import Pack, PackError
from preceptor.policy.replacement import changed_days

from ..choices import DraftState
from ..models import PackDraft, PackInForce
from .judging import Sight, sight_of
from .layering import fault_sentence, layer_faults

Said = str | Promise


def obstacles(draft: PackDraft, sight: Sight | None = None) -> list[Said]:
    """Everything that keeps the draft, with the days it has now, from being proposed or approved."""
    seen = sight or sight_of(draft)
    return [*content_obstacles(draft, seen), *_of_days(draft, seen)]


def content_obstacles(draft: PackDraft, sight: Sight) -> list[Said]:
    """What is wrong with the content, whatever the day."""
    return [
        *_of_base(draft),
        *_of_content(sight),
        *_of_layers(draft, sight),
        *_of_preview(draft, sight),
    ]


def _of_content(sight: Sight) -> Iterator[Said]:
    language = get_language() or ""
    for fault in sight.faults:
        yield _said(fault, language)
    if sight.whole is None:
        return
    if not sight.is_change:
        yield _("The draft changes nothing yet.")
    if not sight.whole.rules and not sight.whole.replaces:
        yield _("The pack has no rule yet.")
    for mutant in sight.surviving:
        yield mutant.sentence(language)
    for fault in sight.marks:
        yield _said(fault, language)


def _said(fault: PackError, language: str) -> str:
    colon = "：" if language.startswith("zh") else ": "
    return colon.join(part for part in (fault.where, fault_sentence(fault)) if part)


def _of_layers(draft: PackDraft, sight: Sight) -> Iterator[Said]:
    """A fault in another pack, for which the draft is too strict or too loose, is said with its id."""
    language = get_language() or ""
    for fault in layer_faults(draft, sight):
        colon = "：" if language.startswith("zh") else ": "
        is_own = fault.file in (None, draft.pack)
        yield _said(fault, language) if is_own else f"{fault.file}{colon}{_said(fault, language)}"


def is_behind(draft: PackDraft) -> bool:
    """Whether another content of the pack has been approved since the draft was begun; one query."""
    rows = PackInForce.objects.filter(
        institution=draft.institution_id, pack=draft.pack, unit=draft.unit_id
    )
    newest = rows.order_by("in_force_from", "pk").last()
    known = {draft.base_id, draft.result_id}
    return draft.state != DraftState.APPROVED and newest is not None and newest.pk not in known


def _of_base(draft: PackDraft) -> Iterator[Said]:
    if is_behind(draft):
        yield _(
            "Another content of this pack has been approved since the draft was begun. Bring the "
            "draft up to date; what it changes stays."
        )


def _of_preview(draft: PackDraft, sight: Sight) -> Iterator[Said]:
    if sight.whole is not None and draft.previewed_hash != sight.whole.hash:
        yield _("The effect of exactly this content has not been previewed yet.")


def _of_days(draft: PackDraft, sight: Sight) -> Iterator[Said]:
    since = draft.effective_from
    if since is None:
        yield _("A day from which it is to hold is missing.")
        return
    if draft.base is not None and since <= draft.base.in_force_from:
        yield _("The present content holds from %(day)s; the new one must begin later.") % {
            "day": draft.base.in_force_from.isoformat()
        }
    earliest = reaches_back_to(sight, since)
    if earliest is not None and draft.regulation_on is None:
        yield _(
            "It reaches back to %(day)s, which has passed. Give the date of the regulation that "
            "says so; decisions already taken stay."
        ) % {"day": earliest.isoformat()}
    if draft.regulation_on is not None and draft.regulation_on > today():
        yield _("The regulation must have been issued already: its date lies in the future.")


def reaches_back_to(sight: Sight, since: date | None) -> date | None:
    """The first past day on which the draft would change something; None where it is all to come."""
    days = [] if since is None else [since]
    if sight.pack is not None:
        days += _new_days(sight.base, sight.pack)
    past = [day for day in days if day < today()]
    return min(past, default=None)


def _new_days(base: Pack | None, pack: Pack) -> Iterator[date]:
    """The days of values that only one of the two has. Those of a pack from nothing are its own
    history: they change nobody before the pack holds."""
    if base is None:
        return
    yield from changed_days(base.replaces, pack.replaces)
    for name, parameter in pack.parameters.items():
        known = base.parameters.get(name)
        if known is not None:
            before = {(step.since, step.value) for step in known.steps}
            after = {(step.since, step.value) for step in parameter.steps}
            yield from (since for since, _value in before ^ after)
