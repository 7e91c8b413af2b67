"""Public notice: display, objections, their answers, and the end of the display."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today

from ..access.time import may_answer_objection, may_run_clock
from ..choices import CaseState, NoticeState, ObjectionState, Verb
from ..deadlines import Workdays, due_on
from ..kinds.kind import Kind, Stage
from ..letters import readers_of, write_letters
from ..models import Case, Notice, Objection, Task
from .moving import advance
from .stepping import Move, locked

NAME_LENGTH, CONTACT_LENGTH, TEXT_LENGTH = 80, 200, 5000
#: So many objections to one notice wait for an answer at most; more are one flood, not opinions.
MOST_OPEN = 200


def begin_notice(*, case: Case, kind: Kind, stage: Stage, by: Actor) -> Notice:
    """Put the decision that is intended on public display from today, for as long as the stage says.

    Called inside the deed that enters the stage. A display that is running already goes on. Raises
    ValueError for a stage without a deadline, which the checker of kinds lets nobody save.
    """
    if stage.deadline is None:
        raise ValueError(f"The notice {stage.id!r} of {kind.name!r} says not how long it lasts.")
    running = Notice.objects.filter(case=case, state=NoticeState.OPEN).first()
    if running is not None:
        return running
    due = due_on(today(), stage.deadline, Workdays(case.institution))
    with deed(by) as act:
        held = Notice.objects.create(
            case=case, institution_id=case.institution_id, round=case.round,
            title_zh=case.title_zh, title_en=case.title_en,
            text_zh=_text(kind, stage, "zh"), text_en=_text(kind, stage, "en"),
            first_on=today(), last_on=due.day,
        )  # fmt: skip
        act.write("notice.begin", "case", case.pk, after={"notice": held.pk, "until": held.last_on})
    return held


def _text(kind: Kind, stage: Stage, language: str) -> str:
    """What is shown, in one language: which procedure it is, and how to object."""
    names = {"kind": getattr(kind.title, language), "stage": getattr(stage.title, language)}
    with override("zh-hans" if language == "zh" else "en"):
        return str(
            _(
                "%(kind)s: %(stage)s. Whoever objects says so here, with name, contact and facts, "
                "by the last day of the display."
            )
            % names
        )


@dataclass(frozen=True)
class Anybody:
    """Who objects without an account; the name given stands in the objection, ciphered."""

    actor_key: str = "public"
    actor_name: str = "public"


def object_to(
    *, notice: Notice, name: str, contact: str, text: str, by: Actor | None = None
) -> Objection:
    """Object to what is on display, with name, contact and facts, up to and on its last day.

    Anybody may, signed in or not. The same objection once more is given unchanged. Those who act at
    the stage are written to. Raises InputRefused for a missing or too long text, and RuleBroken
    before and after the display.
    """
    given = {"name": name.strip(), "contact": contact.strip(), "text": text.strip()}
    _refuse_incomplete(given)
    actor = by or Anybody()
    with deed(actor) as act:
        held = _locked(notice)
        _refuse_closed(held)
        waiting = list(Objection.objects.filter(notice=held, state=ObjectionState.OPEN))
        for one in waiting:
            if {key: getattr(one, key) for key in given} == given:
                return one
        if len(waiting) >= MOST_OPEN:
            raise RuleBroken(
                _("Too many objections wait for an answer already. Turn to the office by letter.")
            )
        row = Objection.objects.create(
            notice=held, made_at=timezone.now(), by_key=by.actor_key if by else "", **given
        )
        after = {"notice": held.pk, "objection": row.pk}
        act.write("notice.object", "case", held.case_id, after=after)
        _tell(held, row)
    return row


def _refuse_incomplete(given: dict[str, str]) -> None:
    if not all(given.values()):
        raise InputRefused(
            _(
                "An objection has a name, a contact and the facts: without them it cannot be followed."
            )
        )
    bounds = {"name": NAME_LENGTH, "contact": CONTACT_LENGTH, "text": TEXT_LENGTH}
    if any(len(given[key]) > most for key, most in bounds.items()):
        raise InputRefused(
            _(
                "Too long: at most %(name)s characters for the name, %(contact)s for the contact, and "
                "%(text)s for the facts."
            )
            % bounds
        )


def _locked(notice: Notice) -> Notice:
    """The notice, its case locked first as every step of a case locks it."""
    case = locked(Case(pk=notice.case_id))
    held = Notice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice.pk)
    held.case = case
    return held


def _refuse_closed(held: Notice) -> None:
    if today() < held.first_on:
        raise RuleBroken(_("The display begins on %(day)s.") % {"day": held.first_on.isoformat()})
    if held.state != NoticeState.OPEN or today() > held.last_on:
        raise RuleBroken(
            _("The display ended on %(day)s. Objections were received until that day.")
            % {"day": held.last_on.isoformat()}
        )


def _tell(held: Notice, row: Objection) -> None:
    """Write to those who act; what was objected stays on the page."""

    def words() -> tuple[str, str]:
        values = {"number": str(held.case)}
        return (
            _("An objection was made: %(number)s") % values,
            _("An objection to %(number)s was made. Please answer it on the page of the request.")
            % values,
        )

    tasks = Task.objects.filter(case=held.case_id, done_at=None)
    for task in tasks.select_related("account", "person"):
        write_letters(readers_of(task), words, f"objection:{row.pk}")


def answer_objection(*, objection: Objection, is_upheld: bool, answer: str, by: Actor) -> Objection:
    """Uphold or dismiss an objection, with the answer. The last answer after the display ends it.

    The same answer by the same person once more changes nothing. Raises PermissionDenied, and
    InputRefused without an answer.
    """
    text, state = answer.strip(), ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    with deed(by) as act:
        notice = _locked(objection.notice)
        rows = Objection.objects.select_for_update(no_key=True, of=("self",))
        held = rows.get(pk=objection.pk)
        held.notice = notice
        if held.state == state and held.answered_by_key == by.actor_key:
            return held
        may_answer_objection(by, held).demand()
        if not text or len(text) > TEXT_LENGTH:
            raise InputRefused(
                _("Give the answer, in at most %(most)s characters.") % {"most": TEXT_LENGTH}
            )
        held.state, held.answer, held.answered_at = state, text, timezone.now()
        held.answered_by, held.answered_by_key = by.actor_name, by.actor_key
        held.save(update_fields=[
            "state", "answer", "answered_at", "answered_by", "answered_by_key",
        ])  # fmt: skip
        after = {"objection": held.pk, "state": held.state}
        act.write("notice.answer", "case", notice.case_id, after=after)
        _end_if_over(act, notice, today(), by)
    return held


def end_notices(*, on: date, by: Actor) -> int:
    """End every display whose last day lies before the day, each in a transaction of its own; gives
    how many ended. One with an objection that is not answered stays, and keeps its case.

    Ended displays are left alone, so that it may run as often as one likes. Raises
    PermissionDenied.
    """
    may_run_clock(by).demand()
    ended, last = 0, 0
    while found := _over(on, last):
        last = found[-1]
        for key in found:
            with deed(by) as act:
                ended += _end_if_over(act, _locked(Notice.objects.get(pk=key)), on, by)
    return ended


#: So many keys are read at once; more notices do not need more memory.
SLICE = 200


def _over(on: date, last: int) -> list[int]:
    rows = Notice.objects.filter(state=NoticeState.OPEN, last_on__lt=on, pk__gt=last)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE])


def _end_if_over(act: Deed, held: Notice, on: date, by: Actor) -> bool:
    """Whether the display ended now: its last day has passed and every objection is answered."""
    if held.state != NoticeState.OPEN or held.last_on >= on:
        return False
    states = set(Objection.objects.filter(notice=held).values_list("state", flat=True))
    case = held.case
    is_running = case.state == CaseState.RUNNING and case.stage_kind == "notice"
    if ObjectionState.OPEN in states and is_running:
        return False
    held.state = NoticeState.UPHELD if ObjectionState.UPHELD in states else NoticeState.CLEAR
    held.save(update_fields=["state"])
    after = {"notice": held.pk, "state": held.state}
    act.write("notice.end", "case", held.case_id, after=after)
    if is_running:
        advance(act, case, held.state, Move(by=by, verb=Verb.PUBLISH))
    return True
