"""What may happen to a request of `whole_kind`, written down once more, apart from the engine.

Each verb is a method: it gives whether the step is taken, and then changes the model as it should.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from whole_kind import DELEGATED

#: Who holds the three seats, and what a voter can choose.
HOLDERS = ("first", "second", "outsider")
CHOICES = ("for", "against", "abstain")
RUNNERS = ("secretary", "office")
DAYS = (1, 2, 4, 7)
#: How far the revision that was read is off, by the number of the step.
OFF = (0, 0, 0, 0, 0, 0, -1, 1)
SATURDAY = 5


def later(day: date, count: int) -> date:
    """So many days later; from a weekend moved to the Monday."""
    found = day + timedelta(days=count)
    return found + timedelta(days=max(0, 7 - found.weekday()) if found.weekday() >= SATURDAY else 0)


@dataclass
class Table:
    """The sitting that was planned last, its one item, who is there, and how they voted."""

    state: str = "planned"
    item: str = "listed"
    there: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    recused: set[int] = field(default_factory=set)
    votes: dict[int, str] = field(default_factory=dict)

    @property
    def members(self) -> int:
        return 3 - len(self.recused)

    @property
    def present(self) -> int:
        there = set(self.there - self.gone) | set(self.votes)
        return len(there - self.recused)

    @property
    def has_quorum(self) -> bool:
        return self.members > 0 and 3 * self.present >= 2 * self.members

    @property
    def is_carried(self) -> bool:
        return 2 * list(self.votes.values()).count("for") > self.present

    def takes(self, seat: int) -> bool:
        """Whether a ballot from the seat counts."""
        is_there = seat in self.there and seat not in self.gone
        return self.item == "open" and is_there and seat not in {*self.recused, *self.votes}


@dataclass
class Objection:
    maker: str
    state: str = "open"


@dataclass
class Model:
    """Where the request should be. `ended` is what the room was told, in order."""

    day: date
    first: date
    state: str = "draft"
    stage: str = ""
    round: int = 1
    revision: int = 1
    last: str = "open"
    ended: list[str] = field(default_factory=list)
    signed: set[str] = field(default_factory=set)
    entered: date | None = None
    is_late: bool = False
    table: Table | None = None
    last_on: date | None = None
    objections: list[Objection] = field(default_factory=list)
    statement: str = ""
    facts: str = ""
    told: date | None = None
    decided_on: date | None = None
    appeal: str = ""
    reminded: date | None = None

    def take(self, verb: str, who: str, n: int) -> bool:
        """Whether the step is taken; the model stands behind it afterwards."""
        taken: bool = getattr(self, verb)(who, n)
        return taken

    def is_at(self, *stages: str) -> bool:
        return self.state == "running" and self.stage in stages

    def on_time(self, days: int) -> bool:
        assert self.entered is not None
        return self.day <= later(self.told or self.entered, days)

    # The way of the request.

    def _step(self, verb: str) -> None:
        self.revision, self.last = self.revision + 1, verb

    def _enter(self, stage: str, verb: str) -> None:
        self._step(verb)
        self.state, self.stage, self.entered = "running", stage, self.day
        self.signed, self.is_late, self.statement = set(), False, ""
        self.facts, self.told = "", None
        self.objections, self.last_on = [], later(self.day, 5) if stage == "display" else None

    def _end(self, state: str, verb: str) -> None:
        self._step(verb)
        self.state, self.stage, self.last_on, self.objections = state, "", None, []
        self.decided_on = self.day
        self.ended.append(state)
        if self.table is not None and self.table.item == "listed":
            self.table.item = "postponed"

    def attach(self, who: str, n: int) -> bool:
        return who == "trainee" and self.state in ("draft", "returned")

    def submit(self, who: str, n: int) -> bool:
        if who != "trainee" or self.state not in ("draft", "returned"):
            return False
        self._enter(self.stage or "opinion", "submit")
        return True

    def withdraw(self, who: str, n: int) -> bool:
        if who != "trainee" or self.state not in ("draft", "running", "returned"):
            return False
        self._end("withdrawn", "withdraw")
        return True

    def signs(self, who: str) -> str:
        """Whose task somebody would do here: empty for nobody's."""
        is_delegated = self.day <= self.first + timedelta(days=DELEGATED)
        if who == "secretary" or (who == "deputy" and is_delegated):
            found = "secretary"
        else:
            found = "guide" if who == "supervisor" and self.stage == "opinion" else ""
        return found if found not in self.signed else ""

    def has_read(self, n: int) -> bool:
        """Whether the step that was read is the present one, or nothing but a signature came since."""
        off = OFF[n]
        return off == 0 or (off == -1 and self.last == "agree" and self.is_at("opinion"))

    def agree(self, who: str, n: int) -> bool:
        if not (self.is_at("opinion") and self.signs(who) and self.has_read(n)):
            return False
        signed = self.signed | {self.signs(who)}
        if len(signed) == 2:
            self._enter("compose", "agree")
        else:
            self._step("agree")
            self.signed = signed
        return True

    def refuse(self, who: str, n: int) -> bool:
        if not (self.is_at("opinion") and self.signs(who) and self.has_read(n)):
            return False
        self._end("refused", "refuse")
        return True

    def give_back(self, who: str, n: int) -> bool:
        if not (self.is_at("opinion", "compose") and self.signs(who) and self.has_read(n)):
            return False
        self._step("return")
        self.state, self.entered = "returned", None
        return True

    def compose(self, who: str, n: int) -> bool:
        if not (self.is_at("compose") and self.signs(who) and self.has_read(n)):
            return False
        self._enter("vote", "compose")
        return True

    def late(self, who: str, n: int) -> bool:
        if who != "operator":
            return False
        days = {"opinion": 3, "hearing": 5}.get(self.stage)
        if self.state == "running" and days and not self.on_time(days) and not self.is_late:
            if self.stage == "opinion":
                self._enter("compose", "late")
            else:
                self._step("late")
                self.is_late = True
        return True

    def remind(self, who: str, n: int) -> bool:
        if who != "trainee" or self.state != "running" or self.reminded == self.day:
            return False
        self.reminded = self.day
        return True

    def days(self, who: str, n: int) -> bool:
        self.day += timedelta(days=DAYS[n % 4])
        return True

    # The sitting.

    def plan(self, who: str, n: int) -> bool:
        is_free = self.table is None or self.table.item not in ("listed", "open")
        if who not in RUNNERS or self.state not in ("running", "returned") or not is_free:
            return False
        self.table = Table()
        return True

    def _running(self, who: str, *states: str) -> Table | None:
        is_run = self.table is not None and who in RUNNERS and self.table.state in states
        return self.table if is_run else None

    def convene(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is not None:
            table.state = "open"
        return table is not None

    def arrive(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is not None:
            table.there.add(n % 3)
            table.gone.discard(n % 3)
        return table is not None

    def miss(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is None or n % 3 in table.votes:
            return False
        table.there.discard(n % 3)
        table.gone.discard(n % 3)
        return True

    def go(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is None or n % 3 not in table.there:
            return False
        table.gone.add(n % 3)
        return True

    def recuse(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is None or table.item not in ("listed", "open") or n % 3 in table.votes:
            return False
        table.recused.add(n % 3)
        return True

    def open_vote(self, who: str, n: int) -> bool:
        table = self._running(who, "open")
        if table is None or table.item not in ("listed", "open"):
            return False
        if table.item == "listed" and not (self.is_at("vote") and table.has_quorum):
            return False
        table.item = "open"
        return True

    def ballot(self, who: str, n: int) -> bool:
        seat = n % 3
        if self.table is None or who != HOLDERS[seat] or not self.table.takes(seat):
            return False
        self.table.votes[seat] = CHOICES[n // 3]
        return True

    def close_vote(self, who: str, n: int) -> bool:
        table = self._running(who, "open")
        if table is None or table.item not in ("open", "decided"):
            return False
        if table.item == "decided":
            return True
        if not table.has_quorum:
            return False
        table.item = "decided"
        if self.is_at("vote"):
            self._enter("display" if table.is_carried else "hearing", "decide")
        return True

    def carry_out(self, who: str, n: int) -> bool:
        return self.table is not None and who in RUNNERS and self.table.item == "decided"

    def postpone(self, who: str, n: int) -> bool:
        table = self._running(who, "planned", "open")
        if table is None or table.item == "decided":
            return False
        if table.item == "open":
            table.votes = {}
        table.item = "postponed"
        return True

    def close(self, who: str, n: int) -> bool:
        table = self._running(who, "open", "closed")
        if table is None or table.item not in ("decided", "postponed"):
            return False
        table.state = "closed"
        return True

    # Public notice, hearing, appeal.

    def object(self, who: str, n: int) -> bool:
        if self.last_on is None or self.day > self.last_on:
            return False
        self.objections.append(Objection(who if n % 2 else ""))
        return True

    def answer(self, who: str, n: int) -> bool:
        if who != "office" or self.last_on is None or not self.objections:
            return False
        held = self.objections[n % len(self.objections)]
        state = "dismissed" if n % 2 else "upheld"
        if held.state != "open":
            return held.state == state
        if held.maker == "office":
            return False
        held.state = state
        self._end_display()
        return True

    def end_display(self, who: str, n: int) -> bool:
        if who != "operator":
            return False
        self._end_display()
        return True

    def _end_display(self) -> None:
        states = {one.state for one in self.objections}
        if self.last_on is None or self.day <= self.last_on or "open" in states:
            return
        if "upheld" in states:
            self._enter("hearing", "publish")
        else:
            self._end("granted", "publish")

    def state_view(self, who: str, n: int) -> bool:
        said = f"陈述{n % 2}"
        if who != "trainee" or not self.is_at("hearing"):
            return False
        if not self.facts:
            return False
        if self.statement:
            return self.statement == said
        if not self.on_time(5):
            return False
        self.statement = said
        return True

    def tell(self, who: str, n: int) -> bool:
        """The facts, from which the time runs; others than before are told and answered anew."""
        said = f"事实{n % 2}"
        if who != "office" or not self.is_at("hearing"):
            return False
        if self.facts == said:
            return True
        if OFF[n]:
            return False
        self._step("tell")
        self.facts, self.told, self.statement = said, self.day, ""
        return True

    def hear(self, who: str, n: int) -> bool:
        if who != "office" or not self.is_at("hearing") or OFF[n] or not self.facts:
            return False
        if not self.statement and self.on_time(5):
            return False
        if n % 2:
            self._enter("opinion", "hear")
        else:
            self._end("refused", "hear")
        return True

    def _is_appealable(self) -> bool:
        is_refused = self.state == "refused" and self.decided_on is not None
        return is_refused and self.day <= later(self.decided_on or self.day, 10)

    def ask_again(self, who: str, n: int) -> bool:
        if who != "trainee" or not self._is_appealable() or self.appeal not in ("", "draft"):
            return False
        self.appeal = "draft"
        return True

    def hand_in_again(self, who: str, n: int) -> bool:
        if who != "trainee" or not self._is_appealable() or self.appeal != "draft":
            return False
        self.appeal = "running"
        return True

    def take_back_again(self, who: str, n: int) -> bool:
        if who != "trainee" or self.appeal not in ("draft", "running"):
            return False
        self.appeal = ""
        return True

    def reopen(self, who: str, n: int) -> bool:
        """The appeal is granted."""
        if who != "leader" or self.appeal != "running":
            return False
        self._enter("compose", "reopen")
        self.round, self.appeal, self.decided_on = self.round + 1, "", None
        self.ended.append("set_aside")
        return True

    def keep(self, who: str, n: int) -> bool:
        """The appeal is refused, for good."""
        if who != "leader" or self.appeal != "running":
            return False
        self.appeal = "refused"
        return True
