"""What a laboratory has today: its money, its people, its things, and what would be left behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from preceptor.base.together import Question, Set, answer
from preceptor.cases.models import Case
from preceptor.cases.queries import UNDER_WAY

from ..charter import CENT, NOTHING
from ..models import Appointment, Host, LabAsset, LabEntry, LabMember, Laboratory, Postdoc


def balance(laboratory: Laboratory, on: date | None = None) -> Decimal:
    """The laboratory's money in CNY: the sum of all entries, or of those booked until the day."""
    return answer(balance_asked(laboratory, on))


def balance_asked(laboratory: Laboratory, on: date | None = None) -> Question[Decimal]:
    """As `balance`; one set."""
    rows = LabEntry.objects.filter(laboratory=OuterRef("pk")).order_by()
    rows = rows if on is None else rows.filter(booked_on__lte=on)
    total = rows.values("laboratory").annotate(total=Sum("amount_cny")).values("total")
    held = Laboratory.objects.filter(pk=laboratory.pk).annotate(total=Subquery(total))
    [[(found,)]] = yield [Set(held.order_by(), ("total",))]
    return NOTHING if found is None else Decimal(found).quantize(CENT)


def members_after(laboratory: Laboratory, day: date) -> QuerySet[LabMember]:
    """Who still belongs to the laboratory after the day, with the person."""
    rows = LabMember.objects.known().filter(_goes_on(day), laboratory=laboratory)
    return rows.select_related("person").order_by("pk")


def assets_after(laboratory: Laboratory, day: date) -> QuerySet[LabAsset]:
    """What the laboratory still holds after the day."""
    return LabAsset.objects.known().filter(_goes_on(day), laboratory=laboratory).order_by("number")


def hosted_after(laboratory: Laboratory, day: date) -> QuerySet[Postdoc]:
    """Postdocs in station after the day whose only supervisors are the head of the laboratory: with
    it they would lose everybody who guides them."""
    hosts = Host.objects.known().filter(_goes_on(day))
    led = hosts.filter(person=laboratory.head_id).order_by()
    others = hosts.exclude(person=laboratory.head_id).order_by()
    rows = Postdoc.objects.filter(
        Q(left_on=None) | Q(left_on__gt=day), institution=laboratory.institution_id
    )
    rows = rows.filter(pk__in=led.values("postdoc")).exclude(pk__in=others.values("postdoc"))
    return rows.select_related("person").order_by("pk")


def _goes_on(day: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gt=day)


def running_requests(laboratory: Laboratory, besides: Collection[int] = ()) -> QuerySet[Case]:
    """Requests about the laboratory, its charter and its head's appointments that are under way, and
    appeals against such; without those named."""
    about = _about(laboratory, "") | _about(laboratory, "appeal_of__")
    rows = Case.objects.filter(about, state__in=UNDER_WAY)
    return rows.exclude(pk__in=list(besides)).order_by("pk")


def _about(laboratory: Laboratory, case: str) -> Q:
    """Requests about the laboratory; `case` leads from the request to the one that is about it."""
    appointments = Appointment.objects.filter(laboratory=laboratory).order_by()
    return (
        Q(**{f"{case}lab_case__laboratory": laboratory})
        | Q(**{f"{case}charter_case__laboratory": laboratory})
        | Q(**{f"{case}closing_case__laboratory": laboratory})
        | Q(**{f"{case}assessment_case__appointment__in": appointments.values("pk")})
    )


@dataclass(frozen=True)
class Remains:
    """What a laboratory that closes on a day would leave behind. `money` is in CNY."""

    members: tuple[LabMember, ...]
    assets: tuple[LabAsset, ...]
    money: Decimal
    requests: tuple[Case, ...]
    postdocs: tuple[Postdoc, ...]

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return bool(self.members or self.assets or self.money or self.requests or self.postdocs)


def left_behind(laboratory: Laboratory, day: date, besides: Collection[int] = ()) -> Remains:
    """Who and what would be left when the laboratory closes on the day, without the requests named;
    five queries."""
    return Remains(
        members=tuple(members_after(laboratory, day)),
        assets=tuple(assets_after(laboratory, day)),
        money=balance(laboratory),
        requests=tuple(running_requests(laboratory, besides)),
        postdocs=tuple(hosted_after(laboratory, day)),
    )
