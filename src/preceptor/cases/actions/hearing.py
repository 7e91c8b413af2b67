"""Notice of an intended refusal, the subject's own view, and what was made of it.

Before a degree is not conferred or is revoked, the person is told the facts, reasons and basis and
is heard (Degrees Law, article 39).
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today

from ..access.case import may_view_case, tasks_to_do
from ..access.time import may_decide_hearing, may_state_view
from ..choices import Verb
from ..deadlines import Workdays, due_on
from ..kinds.kind import Kind, Stage
from ..letters import reader_of, readers_of, write_letters
from ..models import Case, CaseStep, Hearing, Task
from .moving import advance
from .stepping import Move, demand_revision, for_whom, is_repeated, locked
from .task import do_tasks

#: The longest statement, and the longest record of a hearing, in characters.
TEXT_LENGTH = 20_000


def begin_hearing(*, case: Case, kind: Kind, stage: Stage, by: Actor, facts: str = "") -> Hearing:
    """Tell the subject that a refusal is intended, why, and until when to answer.

    Called inside the deed that enters the stage. Without `facts` the reason of the last step that
    has one is told. Told once more before it was decided, the time begins anew and what was stated
    stays. The letter says where the facts are read; they are not written into it. Raises ValueError
    for a stage without a deadline, which the checker of kinds lets nobody save.
    """
    if stage.deadline is None:
        raise ValueError(f"The hearing {stage.id!r} of {kind.name!r} says not how long it lasts.")
    due = due_on(today(), stage.deadline, Workdays(case.institution))
    with deed(by) as act:
        held, _is_new = Hearing.objects.update_or_create(
            case=case, decided_at=None,
            defaults={
                "round": case.round, "facts": facts.strip() or _last_reason(case), "told_at": timezone.now(),
                "answer_until": due.day,
            },
        )  # fmt: skip
        told = _tell(case, held)
        after = {"until": held.answer_until, "round": held.round, "told": told}
        act.write("hearing.begin", "case", case.pk, after=after)
    return held


def _open(case: Case) -> Hearing:
    """The hearing that is not decided yet."""
    return Hearing.objects.select_for_update(of=("self",)).get(case=case, decided_at=None)


def _last_reason(case: Case) -> str:
    steps = CaseStep.objects.filter(case=case).order_by("-revision")
    return next((step.reason for step in steps if step.reason), "")


def _tell(case: Case, held: Hearing) -> list[str]:
    """Write to the subject, or to the asker where the case has no subject; gives who was reached."""

    def words() -> tuple[str, str]:
        values = {"number": str(case), "day": held.answer_until.isoformat()}
        return (
            _("A refusal is intended: %(number)s") % values,
            _(
                "It is intended to refuse %(number)s. The facts and reasons stand on the page of "
                "the request. You may state your view there, and ask to be heard, until "
                "%(day)s, that day included. Nothing is decided before."
            )
            % values,
        )

    reader = reader_of(None, case.person) if case.person else reader_of(case.asked_by, None)
    return write_letters([reader], words, f"hearing:{held.pk}:{held.told_at.isoformat()}")


def state_own_view(
    *, case: Case, statement: str, by: Actor, wants_hearing: bool = False
) -> Hearing:
    """State the subject's own view on an intended refusal, once, up to and on the last day.

    Those who decide are written to. The same statement once more is given unchanged. Raises
    PermissionDenied, InputRefused for an empty or too long one, RuleBroken after the last day or
    when a view was stated already.
    """
    text = statement.strip()
    with deed(by) as act:
        held = locked(case)
        may_state_view(by, held).demand()
        hearing = _open(held)
        if hearing.stated_at is not None and hearing.statement == text:
            return hearing
        _refuse_statement(hearing, text)
        hearing.statement, hearing.stated_at = text, timezone.now()
        hearing.wants_hearing = wants_hearing
        hearing.save(update_fields=["statement", "stated_at", "wants_hearing"])
        act.write("hearing.state", "case", held.pk, after={"wants_hearing": wants_hearing})
        _tell_deciders(held, hearing)
    return hearing


def _refuse_statement(hearing: Hearing, text: str) -> None:
    if today() > hearing.answer_until:
        raise RuleBroken(
            _("The time to state a view ended on %(day)s.")
            % {"day": hearing.answer_until.isoformat()}
        )
    if hearing.stated_at is not None:
        day = timezone.localdate(hearing.stated_at).isoformat()
        raise RuleBroken(
            _("A view was stated on %(day)s. What is to be added is said at the hearing.")
            % {"day": day}
        )
    if not text or len(text) > TEXT_LENGTH:
        raise InputRefused(
            _("State your view, in at most %(most)s characters.") % {"most": TEXT_LENGTH}
        )


def _tell_deciders(case: Case, hearing: Hearing) -> None:
    def words() -> tuple[str, str]:
        values = {"number": str(case)}
        if hearing.wants_hearing:
            said = (
                _("The person concerned in %(number)s stated a view and asks to be heard.") % values
            )
        else:
            said = _("The person concerned in %(number)s stated a view.") % values
        return _("A view was stated: %(number)s") % values, said

    tasks = Task.objects.filter(case=case, done_at=None)
    for task in tasks.select_related("account", "person"):
        write_letters(readers_of(task), words, f"stated:{hearing.pk}")


def decide_hearing(
    *,
    case: Case,
    outcome: str,
    by: Actor,
    revision: int,
    record: str = "",
    heard_on: date | None = None,
    token: str = "",
) -> Case:
    """Say what comes of an intended refusal: `confirmed`, or `changed`.

    Possible once the view was stated or the time for it is over; where a hearing was asked for, only
    with its day and record. Raises PermissionDenied, InputRefused for an unknown outcome, RuleBroken
    before the time or when somebody else acted meanwhile.
    """
    if outcome not in ("confirmed", "changed"):
        raise InputRefused(_("A hearing confirms the intended refusal, or changes it."))
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        may_view_case(by, held).demand()
        demand_revision(held, revision)
        may_decide_hearing(by, held).demand()
        hearing = _open(held)
        _refuse_early(hearing)
        _refuse_unheard(hearing, record.strip(), heard_on)
        hearing.record, hearing.heard_on = record.strip(), heard_on
        hearing.decided_at = timezone.now()
        hearing.save(update_fields=["record", "heard_on", "decided_at"])
        after = {"outcome": outcome, "heard_on": heard_on, "round": held.round}
        act.write("hearing.decide", "case", held.pk, after=after)
        # What was said at a hearing stays in its record; without one the text is the reason.
        reason = "" if heard_on is not None else record
        move = for_whom(Move(by=by, verb=Verb.HEAR, reason=reason, token=token), held)
        do_tasks(tasks_to_do(by, held), by, Verb.HEAR)
        advance(act, held, outcome, move)
    return held


def _refuse_early(hearing: Hearing) -> None:
    if hearing.stated_at is None and today() <= hearing.answer_until:
        raise RuleBroken(
            _("The person concerned may state a view until %(day)s. Nothing is decided before.")
            % {"day": hearing.answer_until.isoformat()}
        )


def _refuse_unheard(hearing: Hearing, record: str, heard_on: date | None) -> None:
    if len(record) > TEXT_LENGTH:
        raise InputRefused(_("The record has at most %(most)s characters.") % {"most": TEXT_LENGTH})
    if hearing.wants_hearing and (heard_on is None or not record):
        raise RuleBroken(
            _("A hearing was asked for. Enter its day and its record before deciding.")
        )
    if heard_on is None:
        return
    if not timezone.localdate(hearing.told_at) <= heard_on <= today():
        raise RuleBroken(
            _("The hearing lies between the day on which the person was told and today.")
        )
