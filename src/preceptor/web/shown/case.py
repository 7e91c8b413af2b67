"""The page of one request: where it is, what happened, what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, asked, kept_at, together
from preceptor.cases.access import (
    is_asker,
    keep_footing,
    keep_open_tasks,
    may_attach,
    sees_reasons,
    sees_stages,
    visible_letters,
)
from preceptor.cases.choices import CaseState, Verb
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.models import Case, CaseDocument, CaseStep, Item, Letter, Reminder
from preceptor.cases.queries import kind_of, where_is
from preceptor.cases.registry import port_of
from preceptor.cases.ways import may_end_next
from preceptor.training.models import Milestone, MilestoneCase
from preceptor.web.localised import localised
from preceptor.web.shown.assessment import assessment_of
from preceptor.web.shown.case_acts import acts_of
from preceptor.web.shown.case_place import TONES, day_of, due_text, holders_text, is_late, within
from preceptor.web.shown.case_rules import findings_of
from preceptor.web.shown.case_track import track_of
from preceptor.web.shown.letter import letters_of
from preceptor.web.shown.retake import retake_in_force
from preceptor.web.shown.withdrawal import withdrawal_of

Shown = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """What the page of a request reads besides the request: the letters that the reader sees, the
    request's items in sittings, the newest first, and the reminders of today."""

    letters: Sequence[Letter]
    items: Sequence[Item]
    reminders: Sequence[Reminder]
    steps_asked: Sequence[MilestoneCase] = ()
    attempts: Sequence[Milestone] = ()


def case_asked(user: Any, case: Case, *, is_seen: bool = False) -> Question[Read]:
    """What the page reads, in one round; steps, documents, open tasks and how the reader stands to the
    request are kept at it. `is_seen`: the request was found among `visible_cases`."""
    *_kept, rows = yield from together(
        keep_open_tasks(case),
        keep_footing(user, case, is_seen=is_seen),
        kept_at([case], "steps", CaseStep.objects.all()),
        kept_at([case], "documents", CaseDocument.objects.select_related("file")),
        asked(
            Set(visible_letters(user).filter(case=case).select_related("file").order_by("pk")),
            Set(case.items.select_related("sitting").order_by("-pk")),
            Set(case.reminders.filter(on=today())),
            *_refused_step(case),
        ),
    )
    return Read(*rows)


def _refused_step(case: Case) -> list[Set]:
    """Of a request that was refused the step that it asked for, and the trainee's attempts; nothing of
    any other request."""
    if case.state != CaseState.REFUSED:
        return []
    steps = MilestoneCase.objects.filter(case=case).select_related("enrolment__institution")
    attempts = Milestone.objects.filter(enrolment__milestone_cases__case=case)
    return [Set(steps), Set(attempts.order_by("attempt"))]


def _retake(case: Case, read: Read) -> Shown | None:
    """What may follow a step that was refused; one query."""
    if not read.steps_asked:
        return None
    return retake_in_force(read.steps_asked[0].enrolment, case.kind.name, read.attempts)


def page_of(user: Any, case: Case) -> Shown:
    """All of a request that the reader may see; `case` is one of `visible_cases`, with kind, person,
    unit, asked_by."""
    return shown_of(user, case, answer(case_asked(user, case, is_seen=True)))


def shown_of(user: Any, case: Case, read: Read) -> Shown:
    """As `page_of`, of what was read together with other things."""
    kind = kind_of(case)
    steps = list(case.steps.all())
    shows_stages = sees_stages(user, case, kind)
    shows_reasons = sees_reasons(user, case, kind)
    is_own = is_asker(user, case) or (
        case.person_id is not None and _person(user) == case.person_id
    )
    return {
        "case": case,
        "title": localised(case, "title"),
        "kind": within(kind.title),
        "about": within(kind.about),
        "state_title": CaseState(case.state).label,
        "tone": TONES[CaseState(case.state)],
        "definitions": _definitions(case),
        "reason": case.reason if shows_reasons or is_own else "",
        "track": track_of(case, kind, steps) if shows_stages else [],
        "place": _place(case) if shows_stages else None,
        "documents": documents_of(user, case, kind),
        "gates": findings_of(steps, user) if shows_reasons or is_own else [],
        "entries": _entries(user, case, kind, steps, shows_stages, shows_reasons),
        **letters_of(user, case, read.letters),
        **assessment_of(user, case, reads=shows_reasons, is_own=is_own),
        "retake": _retake(case, read),
        **withdrawal_of(user, case),
        **acts_of(user, case, kind, read.items, read.reminders),
    }


def who(key: str, name: str) -> str:
    """Who acted: the name, and for the command line what it is."""
    return _("operator") if key == OPERATOR.actor_key else name


def _person(user: Any) -> int | None:
    return getattr(user, "person_id", None)


def _definitions(case: Case) -> list[Shown]:
    subject = port_of(case).subjects([case]).get(case.pk)
    name = localised(case.person, "name") if case.person else ""
    items: list[Shown] = []
    if subject or name:
        url = _page(subject.noun, subject.key) if subject else ""
        shown = localised(subject, "name") if subject else name
        items.append({"term": _("About"), "value": shown, "url": url})
    items += [
        {"term": _("Unit"), "value": localised(case.unit, "name")},
        {"term": _("Asked for by"), "value": case.asked_by.name if case.asked_by else _("operator")},
        {"term": _("Rules of procedure"), "value": localised(case.kind, "title"),
         "note": _("version %(version)s") % {"version": case.kind.version}},
    ]  # fmt: skip
    if case.submitted_at:
        items.append({"term": _("Handed in on"), "value": day_of(case.submitted_at)})
    if case.decided_at:
        items.append({"term": _("Decided on"), "value": day_of(case.decided_at)})
    if case.appeal_of_id:
        url = reverse("case", args=[case.appeal_of_id])
        items.append({"term": _("Appeals"), "value": _("the request decided before"), "url": url})
    if case.round > 1:
        items.append({"term": _("Round"), "value": case.round})
    return items


def _page(noun: str, key: int) -> str:
    try:
        return reverse(noun, args=[key])
    except NoReverseMatch:
        return ""


def _place(case: Case) -> Shown | None:
    """Where a request under way is; None for one that is not."""
    where = where_is(case)
    if where.stage is None:
        return None
    is_returned = case.state == CaseState.RETURNED
    return {
        "stage": within(where.stage),
        "is_returned": is_returned,
        "holders": holders_text(where.holders),
        "since": day_of(where.since),
        "due": "" if is_returned else due_text(where.due_on),
        "is_late": is_late(case),
        "next": [within(title) for title in where.next_stages],
        "may_end": may_end_next(case),
    }


def documents_of(user: Any, case: Case, kind: Kind) -> list[Shown]:
    """Each document of the kind: the file handed in, or that it is missing; `case` comes with its
    documents and their files."""
    given: dict[str, CaseDocument] = {
        row.name: row for row in case.documents.all() if row.replaced_at is None
    }
    permit = may_attach(user, case) if kind.documents else Permit(False)
    return [
        {
            "name": one.id,
            "title": within(one.title),
            "is_required": one.required,
            "hint": _("%(types)s, at most %(size)s MB")
            % {"types": ", ".join(one.types), "size": one.most_megabytes},
            "accept": ",".join(f".{ending}" for ending in one.types),
            "may_attach": bool(permit),
            "file": _file(case, given[one.id]) if one.id in given else None,
        }
        for one in kind.documents
    ]


def _file(case: Case, row: CaseDocument) -> Shown:
    return {
        "name": row.file_name,
        "url": reverse("case_document", args=[case.pk, row.pk]),
        "note": f"{who(row.by_key, row.by_name)}, {day_of(row.at)}",
        "size": max(1, row.file.size // 1024),
    }


def _entries(
    user: Any, case: Case, kind: Kind, steps: Sequence[CaseStep], stages: bool, reasons: bool
) -> list[Shown]:
    """The history as the reader may see it, oldest first: of a kind that tells only the end, the
    own steps and the end."""
    titles = {stage.id: within(stage.title) for stage in kind.stages}
    own = getattr(user, "actor_key", "")
    shown = [step for step in steps if stages or step.by_key == own]
    corrects = is_asker(user, case)
    return [
        _entry(
            step, titles, reasons or step.by_key == own or (corrects and step.verb == Verb.RETURN)
        )
        for step in shown
    ]


def _entry(step: CaseStep, titles: dict[str, str], shows_reason: bool) -> Shown:
    at = timezone.localtime(step.at)
    name = who(step.by_key, step.by_name)
    values = {"name": name, "other": step.on_behalf_of}
    by = _("%(name)s for %(other)s") % values if step.on_behalf_of else name
    stage = titles.get(step.stage, "") if step.verb not in (Verb.OPEN, Verb.SUBMIT) else ""
    return {
        "day": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M}",
        "title": Verb(step.verb).label,
        "stage": stage,
        "by": by,
        "text": step.reason if shows_reason else "",
        "verb": step.verb,
    }
