"""Any order of steps by anybody, at any time, through every kind of stage and an appeal: the request
stands where a small model of its kind says, and a step that the model refuses leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases import actions, registry
from preceptor.cases.choices import Verb
from preceptor.cases.kinds.kind import ENDS
from preceptor.cases.models import (
    Case,
    CaseStep,
    Hearing,
    Item,
    Notice,
    Objection,
    Sitting,
    SittingSeat,
    Task,
    VoteCast,
)
from preceptor.cases.queries import kind_of
from preceptor.people.models import Account
from small_kinds import PDF, TestPort
from timed_kinds import noon
from whole_kind import Stage, set_stage
from whole_model import CHOICES, HOLDERS, OFF, Model, later

pytestmark = pytest.mark.django_db

ACTORS = (
    "trainee", "supervisor", "secretary", "deputy", "office", "leader", "first", "second",
    "outsider", "neighbour", "stranger", "operator",
)  # fmt: skip
SITTING = (
    "plan", "convene", "arrive", "miss", "go", "recuse", "open_vote", "ballot", "close_vote",
    "carry_out", "postpone", "close",
)  # fmt: skip
APPEAL = ("ask_again", "hand_in_again", "take_back_again", "reopen", "keep")
#: What is worth trying where the request stands; anything can be tried anywhere.
NEAR: dict[str, tuple[str, ...]] = {
    "draft": ("attach", "submit", "withdraw", "plan"),
    "returned": ("attach", "submit", "withdraw", "plan", "agree"),
    "opinion": ("agree", "agree", "refuse", "give_back", "withdraw", "late", "remind", *SITTING),
    "compose": ("compose", "give_back", "agree", "late", "remind", "withdraw", *SITTING),
    "vote": ("agree", "withdraw", "remind", *SITTING, *SITTING),
    "display": ("object", "object", "answer", "answer", "end_display", "withdraw", "close", "days"),
    "hearing": (
        "tell",
        "tell",
        "state_view",
        "hear",
        "hear",
        "late",
        "withdraw",
        "remind",
        "plan",
        "days",
    ),
    "refused": (*APPEAL, "agree", "withdraw", "hear", "open_vote", "plan"),
    "granted": (*APPEAL, "object", "close", "end_display", "withdraw", "carry_out"),
    "withdrawn": ("submit", "ask_again", "ballot", "close_vote", "carry_out", "end_display"),
}
VERBS = tuple(dict.fromkeys(verb for verbs in NEAR.values() for verb in verbs))
#: Steps that are sent by a form with a token.
FORMS = ("submit", "withdraw", "agree", "refuse", "give_back", "compose", "hear")
#: Steps that time takes, by the nightly job.
CLOCK = ("late", "end_display", "days")
STEPS = {f"case.{verb}" for verb in Verb if verb != Verb.APPEAL}
#: "stage": as it should go, until the stage is left; "next": one step of that; then anything near
#: or anywhere, by anybody.
MOVE = st.tuples(
    st.sampled_from(("stage", "stage", "next", "next", "near", "near", "near", "any")),
    st.integers(0, 47), st.integers(0, len(ACTORS) - 1), st.integers(0, 7),
)  # fmt: skip
Move = tuple[str, int, int, int]


@dataclass
class Walk:
    """The request, its people, and the model that walks beside it."""

    case: Case
    scene: Stage
    port: TestPort
    clock: Clock
    model: Model
    sitting: Sitting | None = None
    seen_ballots: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def move(self, mode: str, which: int, who: int, n: int) -> None:
        if mode == "any":
            self.take(VERBS[which % len(VERBS)], ACTORS[who], n)
        elif mode == "near":
            stands = self.model.stage if self.model.state == "running" else self.model.state
            self.take(NEAR[stands][which % len(NEAR[stands])], ACTORS[who], n)
        else:
            before = (self.model.stage, self.model.state)
            for number in range(1 if mode == "next" else 14):
                if (self.model.stage, self.model.state) == before:
                    self.go_on(n if number < 12 else 0)

    def go_on(self, n: int) -> None:
        """The step that comes next, by who should take it; some read too old or too new a revision
        first."""
        step = natural(self.model, n)
        if (
            step is not None
            and step[0] in ("agree", "refuse", "compose", "tell", "hear")
            and OFF[n]
        ):
            self.take(step[0], step[1], n)
            step = natural(self.model, n)
        if step is not None:
            self.take(*step)

    def take(self, verb: str, who: str, n: int) -> None:
        """Try the step: taken exactly when the model takes it, and otherwise without a trace."""
        if who == "operator" and verb not in CLOCK:
            # The command line may do everything; what is walked is what accounts may do.
            who = "stranger"
        self.count += 1
        self.clock.tick()
        before = self.seen()
        call = self.call(verb, who, n)
        refusal = attempted(call)
        is_taken = refusal is None
        assert is_taken == self.model.take(verb, who, n), (verb, who, n, refusal, self.model)
        if not is_taken:
            assert self.seen() == before
        elif verb in FORMS and n % 2:
            after = self.seen()
            assert attempted(call) is None
            assert self.seen() == after
        self.check()

    def call(self, verb: str, who: str, n: int) -> Callable[[], object]:
        by: Any = OPERATOR if who == "operator" else None
        if who in self.scene.accounts:
            by = Account.objects.get(pk=self.scene.accounts[who].pk)
        if verb == "days":
            return lambda: self.clock.move((1, 2, 4, 7)[n % 4])
        if by is None and verb not in ("ballot", "object"):
            return refusing
        step: Callable[[Any, int], Callable[[], object]] = getattr(self, f"_{verb}")
        return step(by, n)

    def seen(self) -> list[Any]:
        """Everything that a refused step must leave as it was."""
        return [
            Case.objects.filter(pk=self.case.pk).values().get(),
            [model._default_manager.count() for model in (Case, JournalEntry, CaseStep, Notice)],
            sorted(Task.objects.filter(done_at=None).values_list("pk", flat=True)),
            sorted(Item.objects.values_list("pk", "state")),
            sorted(VoteCast.objects.values_list("item", "seat")),
            sorted(Objection.objects.values_list("pk", "state")),
            sorted(SittingSeat.objects.values_list("pk", "is_present", "left_at")),
            list(self.port.done),
        ]

    # The steps, each read at the revision of now or one beside it.

    def _form(self, by: Any, n: int) -> dict[str, Any]:
        revision = self.model.revision + OFF[n]
        return {"case": self.case, "by": by, "revision": revision, "token": str(self.count)}

    def _attach(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.attach_document(
            case=self.case, name="letter", content=BytesIO(PDF), file_name="a.pdf", by=by
        )

    def _submit(self, by: Any, n: int) -> Callable[[], object]:
        return lambda token=str(self.count): actions.submit_case(case=self.case, by=by, token=token)

    def _withdraw(self, by: Any, n: int) -> Callable[[], object]:
        return lambda token=str(self.count): actions.withdraw_case(
            case=self.case, by=by, token=token
        )

    def _agree(self, by: Any, n: int) -> Callable[[], object]:
        form = self._form(by, n)
        return lambda: actions.decide_stage(outcome="agreed", **form)

    def _refuse(self, by: Any, n: int) -> Callable[[], object]:
        form = self._form(by, n)
        return lambda: actions.decide_stage(outcome="refused", reason="材料不足", **form)

    def _give_back(self, by: Any, n: int) -> Callable[[], object]:
        form = self._form(by, n)
        return lambda: actions.return_case(reason="请补正", **form)

    def _compose(self, by: Any, n: int) -> Callable[[], object]:
        form = self._form(by, n)
        return lambda: actions.finish_composing(**form)

    def _late(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.handle_late(on=today(), by=by)

    def _remind(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.remind(case=self.fresh(), by=by)

    def _plan(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: self.planned(by)

    def planned(self, by: Any) -> None:
        """A sitting of the three with the request on its agenda, both or none."""
        people = [self.scene.persons[name] for name in HOLDERS]
        roles = ("chair", "member", "member")
        with transaction.atomic():
            sitting = actions.plan_sitting(
                institution=self.scene.institution, unit=self.scene.unit, title_zh="评审会",
                title_en="Panel", by=by,
                seats=[
                    actions.NewSittingSeat(person, role)
                    for person, role in zip(people, roles, strict=True)
                ],
            )  # fmt: skip
            voting = kind_of(self.case).stage("vote").voting
            actions.put_on_agenda(
                sitting=sitting, title_zh="是否同意", case=self.case, voting=voting, by=by
            )
        self.sitting = sitting

    def held(self) -> Sitting:
        if self.sitting is None:
            raise RuleBroken("no sitting")
        return self.sitting

    def item(self) -> Item:
        return Item.objects.get(sitting=self.held())

    def seat(self, n: int) -> SittingSeat:
        return list(SittingSeat.objects.filter(sitting=self.held()).order_by("pk"))[n % 3]

    def _convene(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.open_sitting(sitting=self.held(), by=by)

    def _arrive(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.mark_presence(seat=self.seat(n), is_present=True, by=by)

    def _miss(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.mark_presence(seat=self.seat(n), is_present=False, by=by)

    def _go(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.leave(seat=self.seat(n), by=by)

    def _recuse(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.recuse(item=self.item(), seat=self.seat(n), reason="同门", by=by)

    def _open_vote(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.open_vote(item=self.item(), by=by)

    def _ballot(self, by: Any, n: int) -> Callable[[], object]:
        choice = CHOICES[n // 3]
        if by is not None:
            return lambda: actions.cast_vote(
                item=self.item(), seat=self.seat(n), choice=choice, by=by
            )
        return lambda: self.by_link(n, choice)

    def by_link(self, n: int, choice: str) -> None:
        """The outsider's own link, tried on any seat."""
        link, _token = actions.make_link(
            seat=self.seat(HOLDERS.index("outsider")), purpose="ballot", by=OPERATOR
        )
        actions.cast_vote(item=self.item(), seat=self.seat(n), choice=choice, link=link)

    def _close_vote(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.close_vote(item=self.item(), by=by)

    def _carry_out(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.carry_out(item=self.item(), by=by)

    def _postpone(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.postpone_item(item=self.item(), by=by, reason="改期")

    def _close(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.close_sitting(sitting=self.held(), by=by)

    def notice(self) -> Notice:
        found = Notice.objects.filter(case=self.case).order_by("-pk").first()
        if found is None:
            raise RuleBroken("no notice")
        return found

    def _object(self, by: Any, n: int) -> Callable[[], object]:
        said = {"name": "赵某", "contact": "13800000000", "text": f"不符{self.count}"}
        maker = by if n % 2 and isinstance(by, Account) else None
        return lambda: actions.object_to(notice=self.notice(), by=maker, **said)

    def _answer(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: self.answered(by, n)

    def answered(self, by: Any, n: int) -> None:
        made = list(Objection.objects.filter(notice=self.notice(), notice__state="open"))
        if not made:
            raise RuleBroken("no objection")
        actions.answer_objection(
            objection=made[n % len(made)], is_upheld=n % 2 == 0, answer="已核实", by=by
        )

    def _end_display(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.end_notices(on=today(), by=by)

    def _state_view(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.state_own_view(
            case=self.case, statement=f"陈述{n % 2}", wants_hearing=n > 3, by=by
        )

    def _tell(self, by: Any, n: int) -> Callable[[], object]:
        revision = self.model.revision + OFF[n]
        return lambda: actions.state_facts(
            case=self.case, facts=f"事实{n % 2}", by=by, revision=revision
        )

    def _hear(self, by: Any, n: int) -> Callable[[], object]:
        form = self._form(by, n)
        outcome = "changed" if n % 2 else "confirmed"
        day = today()
        return lambda: actions.decide_hearing(outcome=outcome, record="在场", heard_on=day, **form)

    def fresh(self) -> Case:
        return Case.objects.select_related("kind").get(pk=self.case.pk)

    def appealed(self) -> Case:
        found = Case.objects.filter(appeal_of=self.case).order_by("pk").last()
        if found is None:
            raise RuleBroken("no appeal")
        return found

    def _ask_again(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.appeal(case=self.fresh(), ground="decision", reason="请复核", by=by)

    def _hand_in_again(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.submit_case(case=self.appealed(), by=by)

    def _take_back_again(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: actions.withdraw_case(case=self.appealed(), by=by)

    def _examined(self, outcome: str, by: Any) -> Case:
        made = self.appealed()
        return actions.decide_stage(
            case=made, outcome=outcome, reason="理由", by=by, revision=made.revision
        )

    def _reopen(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: self._examined("agreed", by)

    def _keep(self, by: Any, n: int) -> Callable[[], object]:
        return lambda: self._examined("refused", by)

    # What holds after every step.

    def check(self) -> None:
        case = Case.objects.get(pk=self.case.pk)
        model = self.model
        is_ended = model.state in (*ENDS, "withdrawn")
        assert (case.state, case.stage) == (model.state, "" if is_ended else model.stage)
        assert (case.round, case.revision) == (model.round, model.revision)
        steps = CaseStep.objects.filter(case=case).count()
        lines = JournalEntry.objects.filter(subject_kind="case", subject_key=str(case.pk))
        assert steps == lines.filter(verb__in=STEPS).count() == case.revision
        assert [outcome for _case, outcome, _by in self.port.done] == model.ended
        self.check_waiting(case)
        self.check_votes(case)

    def check_waiting(self, case: Case) -> None:
        """Tasks, a notice and a hearing are open exactly where somebody has to act or may speak."""
        model = self.model
        tasks = list(Task.objects.filter(case=case, done_at=None).values_list("stage", flat=True))
        if model.state in ("running", "returned"):
            expected = 2 - len(model.signed) if model.is_at("opinion") else 1
        else:
            expected = 0
        assert tasks == [model.stage] * expected
        notices = Notice.objects.filter(case=case, state="open")
        assert list(notices.values_list("last_on", flat=True)) == (
            [model.last_on] if model.is_at("display") else []
        )
        hearings = Hearing.objects.filter(case=case, decided_at=None)
        assert hearings.count() == model.is_at("hearing") or model.state == "withdrawn"
        for held in hearings:
            assert (held.facts, held.statement) == (model.facts, model.statement)
            assert held.answer_until == (later(model.told, 5) if model.told else None)

    def check_votes(self, case: Case) -> None:
        """One agenda at most; who voted is who may; a vote counts its own ballots, once and for all."""
        live = Item.objects.filter(case=case, state__in=("listed", "open"))
        table = self.model.table
        is_live = table is not None and table.item in ("listed", "open")
        assert live.count() == is_live
        if table is not None and self.sitting is not None:
            item = self.item()
            assert item.state == table.item
            seats = list(SittingSeat.objects.filter(sitting=self.sitting).order_by("pk"))
            voted = set(VoteCast.objects.filter(item=item).values_list("seat", flat=True))
            assert voted == {seats[place].pk for place in table.votes}
            if item.state == "decided":
                counts = (item.votes_for, item.votes_against, item.abstentions)
                chosen = list(table.votes.values())
                assert counts == tuple(chosen.count(choice) for choice in CHOICES)
                assert item.result == ("passed" if self.seen_result(item, table) else "failed")
        decided = Item.objects.filter(case=case, state="decided")
        counted = {item.pk: item.votes_cast or 0 for item in decided}
        assert {key: counted[key] for key in self.seen_ballots} == self.seen_ballots
        self.seen_ballots = counted

    def seen_result(self, item: Item, table: Any) -> bool:
        """Counted once more from who was present when the vote was closed."""
        return bool(2 * list(table.votes.values()).count("for") > (item.present or 0))


@dataclass
class Clock:
    """The time of the walk: a minute later at every step, and days when somebody waits."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def tick(self) -> None:
        self.at += timedelta(minutes=1)

    def move(self, days: int) -> None:
        self.at += timedelta(days=days)


def refusing() -> None:
    raise NotPermitted("nobody")


def attempted(call: Callable[[], object]) -> Exception | None:
    """The clear refusal of a step, None where it was taken; any other error is a fault."""
    try:
        with transaction.atomic():
            call()
    except (RuleBroken, NotPermitted, InputRefused) as refusal:
        return refusal
    return None


def natural(model: Model, n: int) -> tuple[str, str, int] | None:
    """What should come next and by whom; None where nothing has to."""
    if model.state in ("draft", "returned"):
        return "submit", "trainee", n
    if model.state == "refused":
        return _natural_appeal(model, n)
    if model.state != "running":
        return None
    if model.stage == "opinion":
        who = "supervisor" if "guide" not in model.signed else "secretary"
        return ("refuse", who, 0) if n == 7 else ("agree", who, n % 2)
    if model.stage == "compose":
        return "compose", "secretary", n % 2
    if model.stage == "vote":
        return _natural_vote(model, n)
    if model.stage == "display":
        return _natural_display(model, n)
    if not model.facts:
        return "tell", "office", n % 2
    if not model.statement and model.on_time(5):
        return ("days", "operator", 3) if n == 7 else ("state_view", "trainee", n)
    return "hear", "office", 1 if n == 1 else 0


def _natural_vote(model: Model, n: int) -> tuple[str, str, int]:
    table = model.table
    if table is None or table.item in ("decided", "postponed"):
        return "plan", "secretary", n
    if table.state == "planned":
        return "convene", "office", n
    missing = [seat for seat in range(3) if seat not in table.there or seat in table.gone]
    if table.item == "listed" and missing:
        return "arrive", "secretary", missing[0]
    if table.members == 0:
        return "postpone", "secretary", n
    if table.item == "listed":
        return "open_vote", "secretary", n
    waiting = [seat for seat in range(3) if table.takes(seat)]
    if waiting:
        choice = (0 if n < 5 else n - 5) if waiting[0] else n % 3
        return "ballot", HOLDERS[waiting[0]], min(7, 3 * choice + waiting[0])
    return ("close_vote", "secretary", n) if table.has_quorum else ("postpone", "office", n)


def _natural_display(model: Model, n: int) -> tuple[str, str, int]:
    waiting = [place for place, one in enumerate(model.objections) if one.state == "open"]
    own = [place for place in waiting if model.objections[place].maker == "office"]
    if len(waiting) > len(own):
        place = next(place for place in waiting if place not in own)
        return "answer", "office", place
    if model.last_on is not None and model.day <= model.last_on:
        return ("object", "stranger", n) if n == 4 and not model.objections else ("days", "", 3)
    return "end_display", "operator", n


def _natural_appeal(model: Model, n: int) -> tuple[str, str, int] | None:
    if model.appeal == "":
        return "ask_again", "trainee", n
    if model.appeal == "draft":
        return "hand_in_again", "trainee", n
    if model.appeal == "running":
        return ("keep", "leader", n) if n % 3 == 2 else ("reopen", "leader", n)
    return None


@pytest.fixture
def port() -> Iterator[TestPort]:
    made = TestPort()
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


@pytest.fixture
def scene(db: None, port: TestPort) -> Stage:
    made = set_stage()
    port.guides = [made.persons["supervisor"]]
    return made


def walked(scene: Stage, port: TestPort, moves: list[Move]) -> Model:
    """The model after the moves; the database is as it was before."""
    port.done.clear()
    clock = Clock(noon(today()))
    with patch.object(timezone, "now", clock.now), transaction.atomic():
        case = actions.open_case(
            institution=scene.institution, unit=scene.unit, kind="whole",
            person=scene.persons["trainee"], title_zh="林知远公派", title_en="Lin goes abroad",
            by=scene.accounts["trainee"],
        )  # fmt: skip
        walk = Walk(case, scene, port, clock, Model(day=today(), first=today()))
        for move in moves:
            walk.move(*move)
        transaction.set_rollback(True)
    return walk.model


#: A failed vote, a hearing, a refusal, a granted appeal, then a second round that is granted.
SECOND_ROUND: list[Move] = [
    ("stage", 0, 0, 0), ("stage", 0, 0, 0), ("stage", 0, 0, 0), ("stage", 0, 0, 6),
    ("stage", 0, 0, 0), ("stage", 0, 0, 0), ("stage", 0, 0, 0), ("stage", 0, 0, 0),
    ("stage", 0, 0, 0),
]  # fmt: skip


@settings(
    max_examples=12, deadline=None,
    phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example(moves=SECOND_ROUND, ends=("granted", 2))
@given(moves=st.lists(MOVE, min_size=8, max_size=16), ends=st.none())
def test_no_order_of_steps_by_anybody_at_any_time_brings_a_request_where_its_kind_does_not_allow(
    scene: Stage, port: TestPort, moves: list[Move], ends: tuple[str, int] | None
) -> None:
    model = walked(scene, port, moves)
    if ends is not None:
        assert (model.state, model.round) == ends
