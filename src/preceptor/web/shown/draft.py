"""A draft as its page shows it: where it stands, what it changes, what stands in its way."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit, first_refusal, refused
from preceptor.policy import Pack, PackError
from preceptor.policy.describing import replacement_title
from preceptor.policy.differences import Difference
from preceptor.policy.mutants import Mutant
from preceptor.policy.replacement import Replacement
from preceptor.standing.access import may_approve_draft, may_edit_packs, visible_drafts
from preceptor.standing.choices import DraftState
from preceptor.standing.editing import Sight, sight_of
from preceptor.standing.editing.judging import part_of
from preceptor.standing.editing.layering import fault_sentence, layer_faults
from preceptor.standing.models import PackDraft
from preceptor.standing.schema import SCHEMA
from preceptor.web.localised import localised
from preceptor.web.shown.draft_words import language, subject_title, within

Shown = dict[str, Any]
WRITABLE = (DraftState.DRAFT, DraftState.RETURNED)
TONES = {
    DraftState.DRAFT: "info",
    DraftState.PROPOSED: "pending",
    DraftState.RETURNED: "warn",
    DraftState.APPROVED: "pass",
    DraftState.WITHDRAWN: "none",
}
MOST_MUTANTS = 20


def seen(user: Any, key: int) -> PackDraft:
    """The draft, when the user may see it; else there is no such page."""
    rows = visible_drafts(user).select_related("institution", "unit", "base", "result")
    return get_object_or_404(rows, pk=key)


def may_write(user: Any, draft: PackDraft) -> Permit:
    """Whether the user may take a step in the draft now."""
    return first_refusal(may_edit_packs(user, draft.institution), _open(draft))


def _open(draft: PackDraft) -> Permit:
    if draft.state in WRITABLE:
        return Permit(True)
    return refused(
        _("This draft is “%(state)s”; its content no longer changes.")
        % {"state": DraftState(draft.state).label}
    )


def frame_of(user: Any, draft: PackDraft, show: str = "") -> Shown:
    """What every page of a draft takes: its title, state, tabs, and whether it may be changed."""
    sight = sight_of(draft)
    return {
        "draft": draft,
        "sight": sight,
        "title": title_of(draft, sight.pack),
        "place": localised(draft.unit or draft.institution, "name"),
        "state": {"title": DraftState(draft.state).label, "tone": TONES[DraftState(draft.state)]},
        "permit": may_write(user, draft),
        "tabs": _tabs(draft, sight, show),
        "show": show,
    }


def title_of(draft: PackDraft, pack: Pack | None) -> str:
    """What the pack is called; its id where its title cannot be read."""
    return within(pack.title) if pack else draft.pack


def _tabs(draft: PackDraft, sight: Sight, show: str) -> list[Shown]:
    pack = sight.pack
    facts = sum(len(group) for group in pack.facts.values()) if pack else 0
    named = (
        ("", _("The change"), len(sight.changes)),
        ("values", _("Numbers and limits"), len(pack.parameters) if pack else 0),
        ("rules", _("Rules"), len(pack.rules) if pack else 0),
        ("facts", _("Facts"), facts),
        ("sources", _("Sources"), len(pack.sources) if pack else 0),
        ("text", _("As text"), ""),
    )
    address = reverse("draft", args=[draft.pk])
    return [
        {
            "title": title,
            "url": f"{address}?show={name}" if name else address,
            "is_current": name == show,
            "count": count,
        }
        for name, title, count in named
    ]


def changes_of(draft: PackDraft, sight: Sight) -> list[Shown]:
    """What the draft changes, part by part: sentences, the page of the part, and how to take it back."""
    parts: dict[str, list[str]] = {}
    for change in sight.changes:
        part = _part_of(sight, change)
        parts.setdefault(part, []).append(change.sentence(language()))
    return [
        {
            "part": part,
            "title": part_title(sight, part),
            "sentences": sentences,
            "url": part_url(draft, part),
            "may_undo": sight.base is not None and part != "pack",
        }
        for part, sentences in parts.items()
    ]


def _part_of(sight: Sight, change: Difference) -> str:
    """The part that a difference is in; the examples of a rule belong to the rule, and a value of an
    upper pack is named with that pack."""
    known = [pack.rules for pack in (sight.pack, sight.base) if pack]
    if change.kind == "example" and any(change.name in rules for rules in known):
        return f"rule {change.name}"
    if change.kind == "param" and " " in change.name:
        return f"replace {change.name}"
    return "pack" if change.kind == "pack" else f"{change.kind} {change.name}"


def part_title(sight: Sight, part: str) -> str:
    """What a part is called; its name where it is in neither content."""
    kind, _space, name = part.partition(" ")
    if kind == "pack":
        return _("Title and version")
    for pack in (sight.pack, sight.base):
        found = _part_in(pack, kind, name) if pack else None
        if isinstance(found, Replacement):
            return within(replacement_title(found))
        if found is not None:
            return capfirst(within(found.title))
    if kind == "example" and name in SCHEMA.subjects:
        return _("Usual record: %(subject)s") % {"subject": subject_title(name)}
    return name


def _part_in(pack: Pack, kind: str, name: str) -> Any:
    if kind == "fact":
        subject, _dot, fact = name.partition(".")
        return pack.facts.get(subject, {}).get(fact)
    if kind == "replace":
        return next((one for one in pack.replaces if one.where == f"replace {name}"), None)
    groups: dict[str, Any] = {
        "param": pack.parameters, "rule": pack.rules, "source": pack.sources,
    }  # fmt: skip
    return groups.get(kind, {}).get(name)


def part_url(draft: PackDraft, part: str) -> str:
    """The page on which a part is changed; the draft itself for what has none."""
    kind, _space, name = part.partition(" ")
    if kind == "replace":
        upper, _blank, parameter = name.partition(" ")
        return reverse("draft_upper", args=[draft.pk, parameter, upper])
    if not name or "/" in name:
        return reverse("draft_head" if kind == "pack" else "draft", args=[draft.pk])
    if kind == "fact":
        subject, dot, fact = name.partition(".")
        return reverse("draft_fact", args=[draft.pk, subject, fact]) if dot else ""
    names = {"param": "parameter", "rule": "rule", "source": "source", "example": "record"}
    return reverse(f"draft_{names[kind]}", args=[draft.pk, name]) if kind in names else ""


def faults_of(draft: PackDraft, sight: Sight) -> list[Shown]:
    """What the loader refuses: where, why, the caret, and the page on which it is mended."""
    found = [*sight.faults, *sight.marks, *layer_faults(draft, sight)]
    return [fault_shown(draft, sight, fault) for fault in found]


def fault_shown(draft: PackDraft, sight: Sight, fault: PackError) -> Shown:
    """One fault for a page; one of another pack, with which the draft cannot hold, has its id."""
    if fault.file not in (None, draft.pack):
        return {
            "title": fault.file,
            "where": fault.where,
            "sentence": fault_sentence(fault),
            "caret": "",
            "url": "",
        }
    part = part_of(fault)
    return {
        "title": part_title(sight, part) if part else _("The pack as a whole"),
        "where": fault.where,
        "sentence": fault_sentence(fault),
        "caret": fault.caret,
        "url": mending_url(draft, fault, part),
    }


def mending_url(draft: PackDraft, fault: PackError, part: str | None) -> str:
    """Where the fault is mended: the condition, the examples, or the page of the part."""
    if part is None:
        return part_url(draft, "pack") if fault.where == "pack" else ""
    kind, _space, name = part.partition(" ")
    rest = fault.where.partition(", ")[2]
    if "/" in name and kind != "replace":
        return ""
    if kind == "rule" and rest in ("require", "when"):
        return reverse("draft_condition", args=[draft.pk, name, rest])
    if kind == "rule" and (rest.startswith("example") or fault.problem == "example_absent"):
        return reverse("draft_examples", args=[draft.pk, name])
    if kind == "fact" and rest == "where":
        subject, _dot, fact = name.partition(".")
        return reverse("draft_filter", args=[draft.pk, subject, fact])
    return part_url(draft, part)


def unnoticed(draft: PackDraft, sight: Sight) -> list[Shown]:
    """The slips that no example notices, by rule, each with the page of its examples."""
    found: dict[str, list[Mutant]] = {}
    for mutant in sight.surviving:
        found.setdefault(mutant.rule, []).append(mutant)
    return [
        {
            "rule": rule,
            "title": part_title(sight, f"rule {rule}"),
            "sentences": [mutant_text(mutant) for mutant in mutants[:MOST_MUTANTS]],
            "count": _("Slips that would go unnoticed: %(number)s.") % {"number": len(mutants)},
            "url": reverse("draft_examples", args=[draft.pk, rule]),
        }
        for rule, mutants in found.items()
    ]  # fmt: skip


def mutant_text(mutant: Mutant) -> str:
    """A slip in a few words: what, before and after."""
    return _("%(what)s: “%(before)s” might read “%(after)s”") % {
        "what": mutant.title.within(language()),
        "before": mutant.before,
        "after": mutant.after or _("(left out)"),
    }


def steps_of(draft: PackDraft, sight: Sight) -> list[Shown]:
    """The way of a draft: written, previewed, proposed, approved, in force."""
    whole = sight.whole
    is_ready = whole is not None and not sight.surviving and not sight.marks and sight.is_change
    is_previewed = whole is not None and draft.previewed_hash == whole.hash
    done = [
        (_("Write the change"), is_ready),
        (_("Preview whom it concerns"), is_previewed),
        (_("Propose it with a day"), draft.state in (DraftState.PROPOSED, DraftState.APPROVED)),
        (_("A second person approves"), draft.state == DraftState.APPROVED),
    ]
    now = next((place for place, (_title, is_done) in enumerate(done) if not is_done), len(done))
    states = ["done" if is_done else "now" if place == now else "ahead"
              for place, (_title, is_done) in enumerate(done)]  # fmt: skip
    return [
        {"title": title, "state": state} for (title, _done), state in zip(done, states, strict=True)
    ]


def may_decide(user: Any, draft: PackDraft) -> Permit:
    """Whether the user is the second person for the draft."""
    return may_approve_draft(user, draft)
