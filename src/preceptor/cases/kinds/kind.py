"""What a case kind says, once it was read and checked: plain values, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: Where an outcome can lead besides a stage.
GRANTED = "granted"
REFUSED = "refused"
ENDS = frozenset({GRANTED, REFUSED})

#: The outcomes of each thing that can happen at a stage.
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "review": ("agreed", "refused"),
    "compose": ("composed",),
    "sitting": ("passed", "failed"),
    "notice": ("clear", "upheld"),
    "hearing": ("confirmed", "changed"),
}

#: Outcomes that a stage may have besides: what exceeds the authority of who agreed goes on elsewhere.
BEYOND = "beyond"
OPTIONAL: Mapping[str, tuple[str, ...]] = {"review": (BEYOND,)}

#: The ties that a kind may name; what one declares without naming it here is taken as kinship is.
CONFLICTS = (
    "supervisor", "kinship", "financial", "dispute", "other", "panel", "coauthor", "project",
    "same_unit",
)  # fmt: skip

#: Words for who acts that the engine knows itself; a port adds words of its own.
ROLE_WORDS = frozenset({"secretary", "office", "personnel", "leader"})
OWN_WORDS = frozenset({"asker", "subject"})


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Actor:
    """Who acts: a word, and for a role the place where it must be held (`unit` or `institution`)."""

    word: str
    of: Literal["", "unit", "institution"] = ""


@dataclass(frozen=True)
class Deadline:
    """How long a stage may take, and what happens when the time is over."""

    count: int
    unit: Literal["working_days", "days"] = "working_days"
    late: Literal["remind", "climb", "pass", "refuse"] = "remind"
    climbs_to: Actor | None = None


@dataclass(frozen=True)
class Share:
    """A share of a number of members, compared in integers: 2/3 of all, more than 1/2 of all."""

    numerator: int
    denominator: int
    of: Literal["all", "present", "cast"] = "all"
    more_than: bool = False

    def is_met(self, count: int, base: int) -> bool:
        """Whether `count` reaches the share of `base`; a share of nobody is never met."""
        if base == 0:
            return False
        left, right = count * self.denominator, base * self.numerator
        return left > right if self.more_than else left >= right


@dataclass(frozen=True)
class Voting:
    """How a vote is taken: secret or open, who must be present, what carries."""

    passes: Share
    quorum: Share = field(default_factory=lambda: Share(2, 3))
    is_secret: bool = True
    may_abstain: bool = True


@dataclass(frozen=True)
class Conflicts:
    """Which ties keep somebody off a panel (`blocks`) or are shown only (`warns`), and for how many
    years back papers, projects and panels count. `new_panel`: who judged an earlier attempt at the step
    judges none again; it follows from the re-takes of the kind (`radar.rule_in`)."""

    blocks: tuple[str, ...] = ("supervisor", "kinship")
    warns: tuple[str, ...] = ("same_unit", "coauthor", "project", "panel")
    coauthor_years: int = 3
    project_years: int = 3
    panel_years: int = 1
    new_panel: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage: what happens, who acts, how long it may take, and where each outcome leads."""

    id: str
    title: Words
    does: Literal["review", "compose", "sitting", "notice", "hearing"]
    by: tuple[Actor, ...]
    then: Mapping[str, str]
    needs: Literal["one", "all"] = "one"
    returns: bool = True
    deadline: Deadline | None = None
    voting: Voting | None = None
    body: str = ""
    conflicts: Conflicts | None = None


@dataclass(frozen=True)
class Document:
    """A document that is handed in with the request; `types` are file endings without the dot."""

    id: str
    title: Words
    required: bool = True
    types: tuple[str, ...] = ("pdf",)
    most_megabytes: int = 20


@dataclass(frozen=True)
class Appeal:
    """How the decision may be appealed: on what ground, until when, as which kind of case, and where
    the case is taken up again when the appeal is granted."""

    ground: Literal["academic", "decision"]
    kind: str
    within: Deadline
    reopens: str
    of: Literal["refused", "any"] = "refused"


@dataclass(frozen=True)
class Retake:
    """What may follow a refusal: how many attempts in all, after how many days at the earliest and
    within how many at the latest, whether members of the earlier panel may sit again, and by which
    regulation (`source`, empty where none is named)."""

    attempts: int
    after_days: int = 0
    within_days: int | None = None
    panel: Literal["any", "new"] = "any"
    source: Words = field(default_factory=lambda: Words("", ""))


@dataclass(frozen=True)
class Kind:
    """A case kind in one version. `settings` are the port's own; `gate` names the step whose blocking
    rules must hold, empty for none; `sees` is what the subject reads of a running case: nothing but
    the end (`outcome`), the way (`stages`), or the reasons given too (`reasons`)."""

    name: str
    version: str
    title: Words
    port: str
    opens: tuple[Actor, ...]
    stages: tuple[Stage, ...]
    about: Words = Words("", "")
    settings: Mapping[str, Any] = field(default_factory=dict)
    gate: str = ""
    sees: Literal["outcome", "stages", "reasons"] = "stages"
    prefix: str = "C"
    documents: tuple[Document, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    retake: Retake | None = None

    def stage(self, name: str) -> Stage:
        """The stage of this name. Raises KeyError when the kind has none."""
        return next((stage for stage in self.stages if stage.id == name), None) or _absent(name)

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the kind names anywhere: who makes the request, acts, or is climbed to."""
        named = [*self.opens, *(actor for stage in self.stages for actor in stage.by)]
        above = [stage.deadline.climbs_to for stage in self.stages if stage.deadline]
        return frozenset(one.word for one in [*named, *above] if one and one.of)

    def goal(self, stage: str, outcome: str) -> str:
        """Where the outcome leads: a stage's name, `granted` or `refused`. Raises KeyError for an
        outcome that cannot happen there."""
        return self.stage(stage).then[outcome]


def _absent(name: str) -> Stage:
    raise KeyError(name)
