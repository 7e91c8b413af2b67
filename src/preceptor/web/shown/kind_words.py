"""The words of a case kind, as people read them: who acts, how long, what carries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from preceptor.cases.kinds.kind import (
    GRANTED,
    OWN_WORDS,
    REFUSED,
    ROLE_WORDS,
    Actor,
    Deadline,
    Kind,
    Share,
    Voting,
    Words,
)
from preceptor.cases.kinds.writing import actor_text
from preceptor.standing.schema.words import GATE_TITLES

Options = list[tuple[str, Any]]

_ACTORS: dict[str, Any] = {
    "asker": gettext_lazy("who asks"),
    "subject": gettext_lazy("the person concerned"),
    "supervisor": gettext_lazy("the main supervisor"),
    "secretary of unit": gettext_lazy("the secretary of the unit"),
    "secretary of institution": gettext_lazy("the secretary of the institution"),
    "office of unit": gettext_lazy("the office of the unit"),
    "office of institution": gettext_lazy("the graduate school office"),
    "personnel of unit": gettext_lazy("the personnel office of the unit"),
    "personnel of institution": gettext_lazy("the personnel office"),
    "host": gettext_lazy("the host"),
    "leader of unit": gettext_lazy("the leader of the unit"),
    "leader of institution": gettext_lazy("the leader of the institution"),
}
OUTCOME_TITLES: dict[str, Any] = {
    "agreed": pgettext_lazy("outcome of a stage", "agreed"),
    "refused": pgettext_lazy("outcome of a stage", "refused"),
    "beyond": pgettext_lazy("outcome of a stage", "beyond the own authority"),
    "composed": pgettext_lazy("outcome of a stage", "panel composed"),
    "passed": pgettext_lazy("outcome of a stage", "vote carried"),
    "failed": pgettext_lazy("outcome of a stage", "vote not carried"),
    "clear": pgettext_lazy("outcome of a stage", "no objection upheld"),
    "upheld": pgettext_lazy("outcome of a stage", "objection upheld"),
    "confirmed": pgettext_lazy("outcome of a stage", "refusal confirmed"),
    "changed": pgettext_lazy("outcome of a stage", "intent changed"),
}
LATE_TITLES: dict[str, Any] = {
    "remind": gettext_lazy("whoever has it is reminded"),
    "climb": gettext_lazy("somebody above may act too"),
    "pass": gettext_lazy("it counts as agreed"),
    "refuse": gettext_lazy("it counts as refused"),
}
SEES_TITLES: dict[str, Any] = {
    "outcome": gettext_lazy("only how it ended"),
    "stages": gettext_lazy("each stage, without the reasons given there"),
    "reasons": gettext_lazy("each stage with the reasons given there"),
}
CONFLICT_TITLES: dict[str, Any] = {
    "supervisor": gettext_lazy("supervisor of the person concerned"),
    "kinship": gettext_lazy("declared kinship or other tie"),
    "same_unit": gettext_lazy("post in the same hospital or college"),
    "coauthor": gettext_lazy("joint papers"),
    "project": gettext_lazy("shared projects"),
    "panel": gettext_lazy("earlier panels of the same person"),
}
SHARE_OF: dict[str, Any] = {
    "all": gettext_lazy("of all members"),
    "present": gettext_lazy("of the members present"),
    "cast": gettext_lazy("of the ballots cast"),
}


def spoken(words: Words) -> str:
    """The text in the reader's language."""
    return words.en if get_language() == "en" else words.zh


def gate_words(gate: str) -> str:
    """The step that a gate holds back; one that the rules do not know stands as it is."""
    zh, en = GATE_TITLES.get(gate, (gate, gate))
    return en if get_language() == "en" else zh


def gate_options(held: str) -> Options:
    """The gates to choose from, by their titles; one that is held and not known stays."""
    found = [(gate, gate_words(gate)) for gate in GATE_TITLES]
    more = [(held, held)] if held and held not in GATE_TITLES else []
    return [("", _("none")), *found, *more]


def actor_words(actor: Actor) -> str:
    """Who acts, in words; a word that only the port knows stands as it is."""
    said = actor_text(actor)
    return str(_ACTORS.get(said, said))


def actors_words(actors: Iterable[Actor]) -> str:
    """Several who may act."""
    return _(", ").join(actor_words(actor) for actor in actors)


def actor_options(port_words: Iterable[str]) -> Options:
    """Everybody whom a kind can name: as its text says it, and in words."""
    own = sorted({*OWN_WORDS, *port_words})
    roles = [
        f"{word} of {place}" for word in sorted(ROLE_WORDS) for place in ("unit", "institution")
    ]
    return [(said, _ACTORS.get(said, said)) for said in (*own, *roles)]


def actor_of(said: str) -> Actor:
    """The actor that an option stands for."""
    word, _of, place = said.partition(" of ")
    return Actor(word, place)  # type: ignore[arg-type]


def time_words(deadline: Deadline) -> str:
    """A number of days, or of working days."""
    if deadline.unit == "days":
        time = ngettext("%(count)s day", "%(count)s days", deadline.count)
    else:
        time = ngettext("%(count)s working day", "%(count)s working days", deadline.count)
    return time % {"count": deadline.count}


def deadline_words(deadline: Deadline | None) -> str:
    """How long it may take, and what happens then; empty for no deadline."""
    if deadline is None:
        return ""
    values = {"time": time_words(deadline), "late": LATE_TITLES[deadline.late]}
    return _("%(time)s; then %(late)s") % values


def share_words(share: Share) -> str:
    """A share of votes: "2/3 of all members"."""
    values = {"top": share.numerator, "bottom": share.denominator, "base": SHARE_OF[share.of]}
    if share.more_than:
        return _("more than %(top)s/%(bottom)s %(base)s") % values
    return _("at least %(top)s/%(bottom)s %(base)s") % values


def voting_words(voting: Voting | None) -> str:
    """How a vote is taken; empty for none."""
    if voting is None:
        return ""
    manner = _("secret ballot") if voting.is_secret else _("open vote")
    return _("%(manner)s; present: %(quorum)s; carried by: %(share)s") % {
        "manner": manner,
        "quorum": share_words(voting.quorum),
        "share": share_words(voting.passes),
    }


def goal_words(kind: Kind, goal: str) -> str:
    """Where an outcome leads; a goal that does not exist is shown as written."""
    if goal == GRANTED:
        return pgettext("goal of an outcome", "granted")
    if goal == REFUSED:
        return pgettext("goal of an outcome", "refused")
    named = {stage.id: spoken(stage.title) for stage in kind.stages}
    return named.get(goal, goal)


def goal_options(kind: Kind) -> Options:
    """Everywhere an outcome can lead."""
    ends: Options = [
        (GRANTED, pgettext("goal of an outcome", "granted")),
        (REFUSED, pgettext("goal of an outcome", "refused")),
    ]
    return [("", "—"), *((stage.id, spoken(stage.title)) for stage in kind.stages), *ends]
