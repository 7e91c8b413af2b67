"""One step of a case: locked, compared with what the actor read, written once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed
from preceptor.base.errors import RuleBroken
from preceptor.people.models import Account

from ..access.case import acting_for
from ..choices import Verb
from ..models import Case, CaseStep, Item
from ..queries import kind_of

MOST_TEXT = 5000


@dataclass(frozen=True)
class Move:
    """What somebody does to a case. `reason` is kept encrypted with the step and never in the
    journal; `passing_over` is the reason for which warnings of the rules are passed over; `item`
    is the vote that decides; `is_attended`: a person stands behind it who can give such a reason.
    """

    by: Actor
    verb: Verb
    reason: str = ""
    token: str = ""
    passing_over: str = ""
    on_behalf_of: str = ""
    item: Item | None = None
    is_attended: bool = False

    def kept_reason(self) -> str:
        """The texts that are kept with the step."""
        return "\n".join(text for text in (self.reason.strip(), self.passing_over.strip()) if text)


def locked(case: Case) -> Case:
    """The case as it stands now, with its kind; nobody else steps until the transaction ends."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("kind", "institution", "unit", "person", "asked_by").get(pk=case.pk)


def digest(case: Case, token: str) -> str | None:
    """What is kept of a form's token; None without one."""
    if not token:
        return None
    return hashlib.sha256(f"{case.pk}:{token}".encode("utf-8", "replace")).hexdigest()


def is_repeated(case: Case, by: Actor, token: str) -> bool:
    """Whether the actor took this very step before: the second click of two. Raises RuleBroken for
    the token of somebody else's form."""
    step = CaseStep.objects.filter(token=digest(case, token)).first() if token else None
    if step is None:
        return False
    if step.by_key != by.actor_key:
        raise RuleBroken(_("This form was sent already. Load the page again."))
    return True


def demand_revision(case: Case, revision: int) -> None:
    """Raise RuleBroken, naming who did what and when, unless the case stands where it was read.

    Where all who are named give an opinion side by side, one opinion does not overtake another.
    """
    if case.revision == revision:
        return
    later = list(CaseStep.objects.filter(case=case, revision__gt=revision))
    if later and revision >= 0 and _side_by_side(case, later):
        return
    raise RuleBroken(_told(later[-1]) if later else _never_so(case))


def _side_by_side(case: Case, later: list[CaseStep]) -> bool:
    if not case.stage or kind_of(case).stage(case.stage).needs != "all":
        return False
    return all(step.verb == Verb.AGREE and step.stage == case.stage for step in later)


def _told(step: CaseStep) -> Any:
    at = timezone.localtime(step.at)
    return _(
        "%(who)s was faster: %(what)s, %(at)s. Nothing of yours was written; look at the request "
        "again."
    ) % {"who": step.by_name, "what": Verb(step.verb).label, "at": f"{at:%Y-%m-%d %H:%M}"}


def _never_so(case: Case) -> Any:
    return _("The request stands at step %(step)s; load the page again.") % {"step": case.revision}


def demand_reason(reason: str, message: Any) -> str:
    """The reason without blanks at its ends. Raises RuleBroken where it is missing or too long."""
    if not reason.strip():
        raise RuleBroken(message)
    return demand_length(reason)


def demand_length(text: str) -> str:
    """The text without blanks at its ends. Raises RuleBroken where it is too long."""
    if len(text) > MOST_TEXT:
        raise RuleBroken(
            _("The text is too long: %(most)s characters at most.") % {"most": MOST_TEXT}
        )
    return text.strip()


def for_whom(move: Move, case: Case) -> Move:
    """The move, with the name of the one for whom the actor acts, where that is so."""
    giver = acting_for(move.by, case) if isinstance(move.by, Account) else None
    return replace(move, on_behalf_of=giver.name) if giver else move


def take_step(act: Deed, case: Case, move: Move, gate: dict[str, Any] | None = None) -> CaseStep:
    """Write the step with its journal line, and count it; the case is locked and saved later."""
    case.revision += 1
    return CaseStep.objects.create(
        case=case, revision=case.revision, stage=case.stage, verb=move.verb,
        by_key=move.by.actor_key, by_name=move.by.actor_name, on_behalf_of=move.on_behalf_of,
        at=timezone.now(), reason=move.kept_reason(), gate=gate, token=digest(case, move.token),
    )  # fmt: skip


def tell(act: Deed, case: Case, move: Move, before: dict[str, Any]) -> None:
    """One journal line for the step; reasons lie with the step only."""
    after = stands(case)
    if move.on_behalf_of:
        after["on_behalf_of"] = move.on_behalf_of
    act.write(f"case.{move.verb}", "case", case.pk, before=before, after=after)


def stands(case: Case) -> dict[str, Any]:
    """Where the case stands, as the journal says it."""
    return {
        "number": case.number,
        "state": str(case.state),
        "stage": case.stage,
        "round": case.round,
        "revision": case.revision,
    }
