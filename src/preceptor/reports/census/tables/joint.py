"""Partners, agreements, joint programmes, times abroad, platforms."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from preceptor.institutions.models import Platform, PlatformSpan
from preceptor.joint.choices import AgreementState
from preceptor.joint.models import Abroad, Agreement, AgreementParty, DualEnrolment, JointEvent

from ..moment import Moment
from ..table import CensusTable, Column, columns


def _agreements(moment: Moment) -> QuerySet[Agreement]:
    """Agreements signed by the day; the day of a termination that came later is not known yet."""
    rows = Agreement.objects.filter(
        institution=moment.institution, signed_on__lte=moment.day,
        state__in=(AgreementState.SIGNED, AgreementState.TERMINATED),
    )  # fmt: skip
    return rows.annotate(terminated_by_day=moment.only_if("terminated_on", "terminated_on"))


def _parties(moment: Moment) -> QuerySet[AgreementParty]:
    return AgreementParty.objects.filter(
        agreement__in=_agreements(moment).values("pk"), partner__isnull=False
    )


def _duals(moment: Moment) -> QuerySet[DualEnrolment]:
    rows = DualEnrolment.objects.filter(
        home__institution=moment.institution, starts_on__lte=moment.day
    )
    return rows.annotate(left_by_day=moment.only_if("left_on", "left_on"))


def _abroad(moment: Moment) -> QuerySet[Abroad]:
    """Times abroad that had begun and from which nobody had returned by the day."""
    return Abroad.objects.filter(
        Q(returned_on=None) | Q(returned_on__gt=moment.day),
        Q(last_on=None) | Q(last_on__gte=moment.day),
        institution=moment.institution, first_on__lte=moment.day,
    )  # fmt: skip


def _events(moment: Moment) -> QuerySet[JointEvent]:
    return JointEvent.objects.filter(institution=moment.institution, first_on__lte=moment.day)


def _platforms(moment: Moment) -> QuerySet[PlatformSpan]:
    return PlatformSpan.objects.on(moment.day).filter(platform__institution=moment.institution)


TABLES = (
    CensusTable(
        "agreements", Agreement,
        columns(
            institution=("text", "institution__code"), kind="text", signed_on="day",
            starts_on="day", ends_on="day", terminated_on=("day", "terminated_by_day"),
        ),
        _agreements,
    ),
    CensusTable(
        "agreement_parties", AgreementParty,
        columns(agreement_id="key", partner_id="key", country=("text", "partner__country")),
        _parties,
    ),
    CensusTable(
        "dual_enrolments", DualEnrolment,
        columns(
            institution=("text", "home__institution__code"), programme_id="key", home_id="key",
            partner_id="key", starts_on="day", left_on=("day", "left_by_day"),
        ),
        _duals,
    ),
    CensusTable(
        "abroad", Abroad,
        columns(
            institution=("text", "institution__code"), person_id="key", kind="text",
            country="text",
        ),
        _abroad,
    ),
    CensusTable(
        "joint_events", JointEvent,
        columns(
            institution=("text", "institution__code"), partner_id="key", kind="text",
            first_on="day", persons="whole",
        ),
        _events,
    ),
    CensusTable(
        "platforms", Platform,
        (
            Column("key", "key", "platform_id"), Column("institution", "text", "platform__institution__code"),
            Column("kind", "text", "platform__kind"), Column("level", "text", "platform__level"),
            Column("state", "text"),
        ),
        _platforms,
    ),
)  # fmt: skip
