"""Making the demo institution."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken

from .accounts import write_accounts
from .insertion import Batch
from .institution import Institution, found
from .panels import PanelBook
from .queries import FINISHED, finish, is_begun
from .staff import write_staff
from .supervisors import SupervisorRoll, write_master_only, write_supervisors
from .ties import write_ties
from .trainees import write_trainees
from .units import INSTITUTION

__all__ = ["INSTITUTION", "Built", "build"]

#: Up to this scale all is one transaction: an interruption leaves nothing behind.
WHOLE_UP_TO = Decimal(10)


@dataclass(frozen=True)
class Built:
    """How many rows of each table were made, by the name of the model; and what was planted."""

    rows: dict[str, int]
    planted: dict[str, list[str]]


def build(
    *, scale: Decimal = Decimal(1), seed: int = 20231231, empty: bool = False, by: Actor
) -> Built:
    """Make the demo institution: the same rows and numbers for the same seed and scale.

    `scale` multiplies the people; at 1 the published aggregates are exact, elsewhere they are
    shared out by largest remainder. `empty` makes everything but people in training, supervisors
    and applicants. No standing is evaluated on the way: evaluate the institution once afterwards.
    Raises InputRefused for a scale that is not above 0, RuleBroken when the institution is there.
    """
    if not scale.is_finite() or scale <= 0:
        raise InputRefused(_("The scale must be a number above 0, such as 0.1, 1 or 100."))
    _refuse_second()
    batch = Batch(by, INSTITUTION)
    with deed(by) if scale <= WHOLE_UP_TO else nullcontext():
        institution = found(batch, seed, scale)
        write_accounts(institution, None if empty else _people(institution))
        batch.release_keys()
        _finish(institution, seed, scale, empty)
    return Built(dict(batch.written), institution.planted)


def _refuse_second() -> None:
    if not is_begun():
        return
    if finish() is None:
        raise RuleBroken(
            _(
                "The demo institution was begun here and not finished. Set PRECEPTOR_HOME or "
                "DATABASE_URL to an empty place and run the command again."
            )
        )
    raise RuleBroken(
        _(
            "This database holds the demo institution already. To make another, set "
            "PRECEPTOR_HOME or DATABASE_URL to an empty place."
        )
    )


def _people(institution: Institution) -> SupervisorRoll:
    roll = write_supervisors(institution)
    masters = write_master_only(institution, len(roll))
    staff = write_staff(institution, len(roll) + masters)
    write_trainees(institution, roll, PanelBook(institution, roll, staff))
    write_ties(institution, roll)
    return roll


def _finish(institution: Institution, seed: int, scale: Decimal, empty: bool) -> None:
    """The last line of the making: what was asked for, and what was planted."""
    with deed(institution.batch.by) as act:
        act.write(
            FINISHED,
            "unit",
            INSTITUTION,
            after={
                "seed": seed,
                "scale": scale,
                "empty": empty,
                "rows": dict(institution.batch.written),
                "planted": institution.planted,
            },
        )
