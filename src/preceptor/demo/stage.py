"""What the second half of the demo builds upon: the finished institution, the day, the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from preceptor.institutions.choices import RelationKind, UnitKind
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.people.models import Account, Role

from .accounts import ROLE_SINCE, DemoAccount
from .apportionment import apportion, scaled
from .insertion import Batch

#: The day of the published numbers.
CENSUS = date(2023, 12, 31)


@dataclass
class Stage:
    """The demo while fellows, partners and neighbours are put in.

    `day` is today: what lies after the census day runs up to it. `hashed` is the password of all
    accounts of the demo.
    """

    batch: Batch
    seed: int
    scale: Decimal
    day: date
    root: int
    hashed: str
    planted: dict[str, list[str]] = field(default_factory=dict)

    def stream(self, part: str) -> Random:
        """A stream of chance for the part; the same seed and part give the same stream."""
        return Random(f"{self.seed}:{part}")

    def plant(self, fault: str, *keys: str) -> None:
        """Remember a record that a reader is to find."""
        self.planted.setdefault(fault, []).extend(keys)

    def shares(self, total: int, weights: Sequence[int]) -> list[int]:
        """The total at the scale, shared out by weight."""
        return apportion(scaled(total, self.scale), weights)

    def unit(self, code: str) -> int:
        """The key of a unit that is there already. Raises Unit.DoesNotExist."""
        return Unit.objects.values_list("pk", flat=True).get(code=code)

    def open_unit(
        self, root: int, upper: int, code: str, kind: UnitKind, names: tuple[str, str],
        relation: RelationKind, since: date,
    ) -> int:  # fmt: skip
        """A unit below another since the day; gives its key."""
        key = self.batch.add(
            Unit, institution_id=root, code=code, kind=kind, name_zh=names[0], name_en=names[1]
        )
        self.batch.add(UnitRelation, lower_id=key, upper_id=upper, kind=relation, valid_from=since)
        return key

    def open_account(self, account: DemoAccount, person: int, name: str, unit: int) -> None:
        """An account with its one role at the unit."""
        key = self.batch.add(
            Account, login=account.login, name=name, email=f"{account.login}@example.edu",
            person_id=person, password=self.hashed,
        )  # fmt: skip
        self.batch.add(Role, account_id=key, kind=account.role, unit_id=unit, valid_from=ROLE_SINCE)
