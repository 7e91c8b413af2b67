"""Whether a case kind makes sense: every path ends, everybody named exists, every share can be met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..choices import BodyKind
from ..gates import gate_names
from ..registry import Asked, Boarding, Bounding, Composing, Port, port_named, ports
from .faults import Fault, KindFaulty, did_you_mean, placed
from .kind import (
    BEYOND,
    CONFLICTS,
    ENDS,
    GRANTED,
    OPTIONAL,
    OUTCOMES,
    OWN_WORDS,
    ROLE_WORDS,
    Actor,
    Deadline,
    Kind,
    Share,
    Stage,
)
from .reading import read_kind

#: Something can only be agreed to, or refused, by the passing of time where somebody is asked.
_BY_TIME = frozenset({"pass", "refuse"})


def checked_kind(text: str, file: str = "kind", kinds: Collection[str] | None = None) -> Kind:
    """The kind of a text that can also be used. Raises KindFaulty with every fault and its place."""
    kind = read_kind(text, file)
    found = faults(kind, kinds)
    if found:
        raise KindFaulty(file, placed(found, text))
    return kind


def faults(kind: Kind, kinds: Collection[str] | None = None) -> list[Fault]:
    """All that is wrong with a kind; empty when it can be used. `kinds` are the names of the kinds
    that an appeal may name; None where they are not known yet."""
    port = _port(kind)
    return [
        *_port_faults(kind, port),
        *_names(kind),
        *_actor_faults(kind, port),
        *(fault for place, stage in _places(kind) for fault in _stage_faults(kind, place, stage)),
        *_gate_faults(kind),
        *_bound_faults(kind, port),
        *_board_faults(kind, port),
        *_ways(kind),
        *_composing(kind),
        *_panel_faults(kind, port),
        *_appeal_faults(kind, kinds),
        *_retake_faults(kind),
    ]


def _places(kind: Kind) -> Iterator[tuple[str, Stage]]:
    for number, stage in enumerate(kind.stages, start=1):
        yield f"stages[{number}]", stage


def _port(kind: Kind) -> Port | None:
    return port_named(kind.port) if kind.port in ports() else None


def _port_faults(kind: Kind, port: Port | None) -> Iterator[Fault]:
    if port is None:
        sentence = _("No part of the product answers for “%(port)s”.") % {"port": kind.port}
        yield Fault("port", did_you_mean(sentence, kind.port, ports()))
        return
    for zh, en in port.faults(kind.settings):
        yield Fault("settings", en if get_language() == "en" else zh)


def _names(kind: Kind) -> Iterator[Fault]:
    if not kind.stages:
        yield Fault("stages", _("A case kind has at least one stage."))
    for place, stage in _places(kind):
        if stage.id in ENDS:
            yield Fault(
                f"{place}.id",
                _("“%(name)s” is an end and cannot name a stage.") % {"name": stage.id},
            )
    yield from _twice("stages", [stage.id for stage in kind.stages])
    yield from _twice("documents", [document.id for document in kind.documents])


def _twice(place: str, names: Iterable[str]) -> Iterator[Fault]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Fault(
                place, _("“%(name)s” is used twice; every name is used once.") % {"name": name}
            )


def _actor_faults(kind: Kind, port: Port | None) -> Iterator[Fault]:
    if not kind.opens:
        yield Fault("opens", _("Say who may make the request."))
    elif (askers := _askers(port)) and not askers & {actor.word for actor in kind.opens}:
        yield Fault(
            "opens",
            _("Nobody of these may ask for it at all. Name one of: %(askers)s.")
            % {"askers": ", ".join(sorted(askers))},
        )
    known = ROLE_WORDS | OWN_WORDS | (port.words if port else frozenset())
    for place, actor in _named(kind):
        if actor.word in ROLE_WORDS and not actor.of:
            yield Fault(
                place,
                _(
                    "“%(word)s” is a role: say where it is held, “%(word)s of unit” or “%(word)s of institution”."
                )
                % {"word": actor.word},
            )
        if actor.word not in ROLE_WORDS and actor.of:
            yield Fault(place, _("“%(word)s” is a person and has no place.") % {"word": actor.word})
        if port is not None and actor.word not in known:
            sentence = _("Nobody is known as “%(word)s”.") % {"word": actor.word}
            yield Fault(place, did_you_mean(sentence, actor.word, known))


def _askers(port: object) -> frozenset[str]:
    """Who alone makes requests of the port; empty where the kind alone says it."""
    return port.askers if isinstance(port, Asked) else frozenset()


def _named(kind: Kind) -> Iterator[tuple[str, Actor]]:
    yield from (("opens", actor) for actor in kind.opens)
    for place, stage in _places(kind):
        yield from ((f"{place}.by", actor) for actor in stage.by)
        if stage.deadline and stage.deadline.climbs_to:
            yield f"{place}.deadline.climbs_to", stage.deadline.climbs_to


def _stage_faults(kind: Kind, place: str, stage: Stage) -> Iterator[Fault]:
    yield from _outcome_faults(kind, place, stage)
    yield from _deadline_faults(f"{place}.deadline", stage.deadline, stage.does)
    yield from _voting_faults(f"{place}.voting", stage)
    if not stage.by:
        yield Fault(
            f"{place}.by", _("Say who acts at this stage; a case must never wait on nobody.")
        )
    if stage.does in ("notice", "hearing") and stage.deadline is None:
        yield Fault(
            place, _("A public notice and a hearing need a deadline: how long do they last?")
        )
    if stage.needs == "all" and stage.does != "review":
        yield Fault(f"{place}.needs", _("Only an opinion can be asked of all who are named."))
    if stage.body and stage.body not in BodyKind.values:
        sentence = _("There is no standing body of the kind “%(body)s”.") % {"body": stage.body}
        yield Fault(f"{place}.body", did_you_mean(sentence, stage.body, BodyKind.values))
    if stage.body and stage.does != "sitting":
        yield Fault(f"{place}.body", _("Only a sitting is held by a standing body."))
    if stage.conflicts and stage.does not in ("compose", "sitting"):
        yield Fault(
            f"{place}.conflicts",
            _("Conflicts of interest are asked where a panel is composed or sits."),
        )
    for key in ("blocks", "warns"):
        for word in getattr(stage.conflicts, key, ()):
            if word not in CONFLICTS:
                sentence = _("There is no conflict “%(word)s”.") % {"word": word}
                yield Fault(f"{place}.conflicts.{key}", did_you_mean(sentence, word, CONFLICTS))


def _outcome_faults(kind: Kind, place: str, stage: Stage) -> Iterator[Fault]:
    expected, more = OUTCOMES[stage.does], OPTIONAL.get(stage.does, ())
    for outcome in expected:
        if outcome not in stage.then:
            yield Fault(
                f"{place}.then",
                _("Say what follows “%(outcome)s”: a stage, “granted” or “refused”.")
                % {"outcome": outcome},
            )
    goals = {other.id for other in kind.stages} | ENDS
    for outcome, goal in stage.then.items():
        if outcome not in (*expected, *more):
            sentence = _("“%(outcome)s” cannot happen at this stage.") % {"outcome": outcome}
            known = (*expected, *more)
            yield Fault(f"{place}.then.{outcome}", did_you_mean(sentence, outcome, known))
        if goal not in goals:
            sentence = _("There is no stage “%(goal)s”.") % {"goal": goal}
            yield Fault(f"{place}.then.{outcome}", did_you_mean(sentence, goal, goals))


def _gate_faults(kind: Kind) -> Iterator[Fault]:
    """A gate that no rule can have would hold nothing back."""
    known = gate_names()
    if kind.gate and known and kind.gate not in known:
        sentence = _("The rules know no gate “%(gate)s”.") % {"gate": kind.gate}
        yield Fault("gate", did_you_mean(sentence, kind.gate, known))


def _bound_faults(kind: Kind, port: Port | None) -> Iterator[Fault]:
    """Whether something lies beyond an authority, the port must be able to say; of one person."""
    for place, stage in _places(kind):
        if BEYOND not in stage.then:
            continue
        if port is not None and not isinstance(port, Bounding):
            yield Fault(
                f"{place}.then.{BEYOND}",
                _("Requests about “%(port)s” know no limit of an authority; leave “beyond” out.")
                % {"port": kind.port},
            )
        if stage.needs == "all":
            yield Fault(
                f"{place}.needs",
                _("Where an authority has a limit, one who holds it decides, not all together."),
            )


def _board_faults(kind: Kind, port: object) -> Iterator[Fault]:
    """A board that is called is to decide: its sitting is the stage right after the composition."""
    if not isinstance(port, Boarding):
        return
    sittings = {stage.id for stage in kind.stages if stage.does == "sitting" and not stage.body}
    for place, stage in _places(kind):
        if stage.does == "compose" and stage.then.get("composed") not in sittings:
            yield Fault(
                f"{place}.then.composed",
                _(
                    "The board that is composed here sits at the next stage: let it lead to a sitting."
                ),
            )


def _deadline_faults(place: str, deadline: Deadline | None, does: str) -> Iterator[Fault]:
    if deadline is None:
        return
    if deadline.count < 1:
        yield Fault(place, _("A deadline is one day at least."))
    if deadline.late == "climb" and deadline.climbs_to is None:
        yield Fault(place, _("Say in “climbs_to” to whom the case goes when the time is over."))
    if deadline.late != "climb" and deadline.climbs_to is not None:
        yield Fault(place, _("“climbs_to” is used only with late = “climb”."))
    if deadline.late in _BY_TIME and does != "review":
        yield Fault(
            place,
            _(
                "Only an opinion can be given by the passing of time; here choose “remind” or “climb”."
            ),
        )


def _voting_faults(place: str, stage: Stage) -> Iterator[Fault]:
    voting = stage.voting
    if (voting is None) == (stage.does == "sitting"):
        yield Fault(
            place,
            _("A sitting needs a voting rule: what share carries?")
            if voting is None
            else _("Only a sitting votes."),
        )
    if voting is None:
        return
    for key, share in (("passes", voting.passes), ("quorum", voting.quorum)):
        if not is_feasible(share):
            yield Fault(
                f"{place}.{key}",
                _(
                    "This share can never be met, or is met by nobody: it lies above 0 and at most at 1."
                ),
            )
    if voting.quorum.of != "all":
        yield Fault(f"{place}.quorum", _("The quorum is a share of all members."))


def is_feasible(share: Share) -> bool:
    """Whether some, and not none, of the members can meet the share."""
    if share.numerator < 1 and not share.more_than:
        return False
    top = share.denominator - 1 if share.more_than else share.denominator
    return share.denominator > 0 and share.numerator <= top


def _ways(kind: Kind) -> Iterator[Fault]:
    """Every stage is reached from the first, from every stage an end is, and granting is possible."""
    ways = {stage.id: set(stage.then.values()) for stage in kind.stages}
    reached = reachable(ways, [kind.stages[0].id]) if kind.stages else set()
    for place, stage in _places(kind):
        onward = reachable(ways, ways[stage.id])
        if stage.id not in reached:
            yield Fault(place, _("No way leads to “%(stage)s”.") % {"stage": stage.id})
        if not onward & ENDS:
            yield Fault(
                f"{place}.then",
                _("From “%(stage)s” no way leads to an end: a case would never be decided.")
                % {"stage": stage.id},
            )
    if kind.stages and GRANTED not in reached:
        yield Fault("stages", _("No way leads to “granted”: a request could only be refused."))


def reachable(ways: dict[str, set[str]], start: Iterable[str]) -> set[str]:
    """Everything to which the ways lead from the start, the start included."""
    found, open_ends = set(), list(start)
    while open_ends:
        one = open_ends.pop()
        if one not in found:
            found.add(one)
            open_ends += ways.get(one, ())
    return found


def _composing(kind: Kind) -> Iterator[Fault]:
    """A panel sits only after it was composed; a standing body needs no composing."""
    without = {
        stage.id: set() if stage.does == "compose" else set(stage.then.values())
        for stage in kind.stages
    }
    early = reachable(without, [kind.stages[0].id]) if kind.stages else set()
    for place, stage in _places(kind):
        if stage.does == "sitting" and not stage.body and stage.id in early:
            yield Fault(
                place,
                _(
                    "“%(stage)s” can be reached before a panel is composed: put a stage that composes it before, or name a standing body."
                )
                % {"stage": stage.id},
            )


def _panel_faults(kind: Kind, port: Port | None) -> Iterator[Fault]:
    """Where requests have no panel of their own, nobody could compose one."""
    if port is None or isinstance(port, Boarding | Composing):
        return
    for place, stage in _places(kind):
        if stage.does == "compose":
            yield Fault(
                place,
                _("Requests about “%(port)s” have no panel: let a standing body decide instead.")
                % {"port": kind.port},
            )


def _appeal_faults(kind: Kind, kinds: Collection[str] | None) -> Iterator[Fault]:
    names = {stage.id for stage in kind.stages}
    for number, appeal in enumerate(kind.appeals, start=1):
        place = f"appeals[{number}]"
        if appeal.reopens not in names:
            sentence = _("There is no stage “%(goal)s”.") % {"goal": appeal.reopens}
            yield Fault(f"{place}.reopens", did_you_mean(sentence, appeal.reopens, names))
        if kinds is not None and appeal.kind not in kinds:
            sentence = _("There is no case kind “%(kind)s”.") % {"kind": appeal.kind}
            yield Fault(f"{place}.kind", did_you_mean(sentence, appeal.kind, kinds))
        if appeal.within.late != "remind":
            yield Fault(f"{place}.within", _("A time for appealing simply ends; leave “late” out."))
    yield from _twice("appeals", [appeal.ground for appeal in kind.appeals])


def _retake_faults(kind: Kind) -> Iterator[Fault]:
    retake = kind.retake
    if retake and retake.within_days is not None and retake.within_days < retake.after_days:
        yield Fault("retake", _("The latest day of a re-take lies before the earliest."))
