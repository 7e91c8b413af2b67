"""How the reader of a page stands to a request, asked for once for all permits of the page."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, QuerySet, Value

from preceptor.base.together import Question, Set
from preceptor.people.access import scope
from preceptor.people.models import Account

from ..models import Case
from ..registry import Withholding, port_of
from ..rivals import own_rivals, rival_among
from .case import tasked, visible_cases
from .footing import Footing
from .holding import ties_between
from .letter import seated


def keep_footing(user: Any, case: Case, *, is_seen: bool = False) -> Question[None]:
    """Keep at the request how the user stands to it, for a page that changes nothing: the permits then
    ask no more. `is_seen`: it was found among `visible_cases`, which is not asked again. One set; none
    for the operator and for a stranger."""
    if not isinstance(user, Account) or not user.is_active or scope(user).everything:
        return
    asked = {name: _whether(rows) for name, rows in _grounds(user, case).items()}
    asked["is_seen"] = _IS if is_seen else _whether(visible_cases(user, case.pk))
    rows = Case.objects.filter(pk=case.pk).annotate(
        **{f"_{name}": one for name, one in asked.items()}
    )
    [[answers]] = yield [Set(rows, tuple(f"_{name}" for name in asked))]
    case.footing = Footing(user.pk, **dict(zip(asked, answers, strict=True)))  # type: ignore[attr-defined]


_IS = Value(True, BooleanField())


def _whether(rows: QuerySet[Any] | None) -> Any:
    return Value(False, BooleanField()) if rows is None else Exists(rows.order_by())


def _grounds(user: Account, case: Case) -> dict[str, QuerySet[Any] | None]:
    """The rows of which one is enough for each part of a `Footing`; None where there can be none."""
    person, port = user.person_id, port_of(case)
    rivals = rival_among(case, [person]) if person is not None and own_rivals(user) else None
    other = case.person_id
    withheld = port.withheld(person) if isinstance(port, Withholding) and person else None
    return {
        "has_task": tasked(user).filter(case=case.pk),
        "is_seated": seated(user).filter(case=case.pk),
        "is_rival": rivals,
        "is_withheld": None if withheld is None else withheld.filter(case=case.pk),
        "is_tied": None if person is None or other is None else ties_between(person, [other]),
    }
