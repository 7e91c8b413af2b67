"""The partners of the institution: abroad 98 ever in 26 countries, 63 active in 20 on the census day.

Source of the numbers: the two printed pairs (domain specification 8.2, INC-10). Names and the split by
country are invented; twelve companies and the engineering university come besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from preceptor.joint.choices import AgreementKind, AgreementState, PartnerKind
from preceptor.joint.models import Agreement, AgreementParty, Partner

from ..months import add_months
from ..stage import Stage

#: Country: partners ever, and those with an agreement in force on the census day.
ABROAD = {
    "US": (17, 12), "GB": (11, 8), "DE": (10, 7), "JP": (8, 5), "AU": (7, 5), "CA": (6, 4),
    "FR": (5, 3), "KR": (4, 2), "SE": (4, 2), "NL": (3, 2), "IT": (3, 1), "MY": (3, 3),
    "CH": (2, 1), "DK": (2, 1), "SG": (2, 2), "ES": (1, 1), "FI": (1, 1), "NO": (1, 1),
    "BE": (1, 1), "NZ": (1, 1), "AT": (1, 0), "IE": (1, 0), "IL": (1, 0), "PL": (1, 0),
    "PT": (1, 0), "RU": (1, 0),
}  # fmt: skip
COMPANIES = 12
WARNS_DAYS = 180
_A_DAY = timedelta(days=1)
_KINDS = (
    PartnerKind.UNIVERSITY,
    PartnerKind.UNIVERSITY,
    PartnerKind.INSTITUTE,
    PartnerKind.HOSPITAL,
)
_KIND_NAMES = {
    PartnerKind.UNIVERSITY: ("大学", "University"),
    PartnerKind.INSTITUTE: ("研究所", "Institute"),
    PartnerKind.HOSPITAL: ("医院", "Hospital"),
}


@dataclass
class Partners:
    """The keys of partners and agreements that later records refer to."""

    companies: list[int] = field(default_factory=list)
    abroad: list[tuple[int, str, int]] = field(default_factory=list)
    ended: list[tuple[int, str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Deal:
    """An agreement before it is written; `ends_on` is its last day."""

    number: str
    kind: AgreementKind
    title_zh: str
    title_en: str
    starts_on: date
    ends_on: date
    follows: int | None = None
    unit: int | None = None
    institution: int | None = None
    warns_days: int = WARNS_DAYS


def write_agreement(stage: Stage, deal: Deal, partner: int) -> tuple[int, int, int]:
    """A signed agreement with one partner: its key, and those of the two sides, own one first."""
    root = deal.institution or stage.root
    key = stage.batch.add(
        Agreement, institution_id=root, unit_id=deal.unit or root, number=deal.number,
        kind=deal.kind, title_zh=deal.title_zh, title_en=deal.title_en,
        state=AgreementState.SIGNED, signed_on=deal.starts_on, starts_on=deal.starts_on,
        ends_on=deal.ends_on, warns_days=deal.warns_days, follows_id=deal.follows, revision=1,
        data_clause="双方仅为履行本协议交换必要的个人信息，期满后删除或匿名化",
    )  # fmt: skip
    return (
        key,
        write_party(stage, key, deal.starts_on, unit=root, part="甲方"),
        write_party(stage, key, deal.starts_on, partner=partner, part="乙方"),
    )


def write_party(
    stage: Stage, agreement: int, signed: date, *, part: str, partner: int | None = None,
    unit: int | None = None,
) -> int:  # fmt: skip
    """A side of an agreement; gives its key."""
    return stage.batch.add(
        AgreementParty, agreement_id=agreement, partner_id=partner, unit_id=unit, part=part,
        signatory="（已签署）", signatory_post="法定代表人或授权代表", signed_on=signed,
    )  # fmt: skip


def write_partners(stage: Stage) -> Partners:
    """Partners abroad and companies, each with its agreements."""
    made = Partners()
    for number, (country, place, is_active) in enumerate(_abroad(), start=1):
        _write_abroad(stage, made, number, country, place, is_active)
    for number in range(1, COMPANIES + 1):
        _write_company(stage, made, number)
    return made


def _abroad() -> Iterator[tuple[str, int, bool]]:
    for country, (ever, active) in ABROAD.items():
        for place in range(ever):
            yield country, place + 1, place < active


def _write_abroad(
    stage: Stage, made: Partners, number: int, country: str, place: int, is_active: bool
) -> None:
    kind = _KINDS[number % len(_KINDS)]
    zh, en = _KIND_NAMES[kind]
    partner = stage.batch.add(
        Partner, institution_id=stage.root, code=f"P-{country}-{place:02}", kind=kind,
        name_zh=f"示例{zh}-{country}-{place:02}", name_en=f"Example {en} {country}-{place:02}",
        country=country,
    )  # fmt: skip
    title = (f"与示例{zh}-{country}-{place:02}的交流合作协议",
             f"Agreement on exchange with Example {en} {country}-{place:02}")  # fmt: skip

    def write(suffix: str, first: date, last: date, follows: int | None = None) -> int:
        deal = Deal(f"YT-INT-{number:03}{suffix}", AgreementKind.EXCHANGE, *title, first, last,
                    follows)  # fmt: skip
        return write_agreement(stage, deal, partner)[0]

    if not is_active:
        first = date(2012 + number % 5, 1 + number % 12, 1)
        agreement = write("", first, add_months(first, 60) - _A_DAY)
        made.ended.append((partner, country, agreement))
        return
    first = date(2019 + number % 4, 1 + number % 12, 1)
    last = _last_day(stage, number, first)
    agreement = write("", first, last)
    if last < stage.day - timedelta(days=30):
        agreement = write("R", last + _A_DAY, add_months(last, 60), agreement)
    made.abroad.append((partner, country, agreement))


def _last_day(stage: Stage, number: int, first: date) -> date:
    """Of most in some years; of every ninth within the next months; of every fourth after five
    years, when it was renewed."""
    if number % 9 == 0:
        return stage.day + timedelta(days=40 + number)
    months = 60 if number % 4 == 0 else 120
    last = add_months(first, months) - _A_DAY
    return last if last > date(2024, 1, 31) else date(2024, 6, 30)


def _write_company(stage: Stage, made: Partners, number: int) -> None:
    partner = stage.batch.add(
        Partner, institution_id=stage.root, code=f"P-C{number:02}", kind=PartnerKind.COMPANY,
        name_zh=f"示例企业-{number:02}", name_en=f"Example Company {number:02}", country="CN",
    )  # fmt: skip
    first = date(2020, 1 + number % 12, 15)
    write_agreement(
        stage,
        Deal(f"YT-COM-{number:02}", AgreementKind.STRATEGIC,
             f"与示例企业-{number:02}的战略合作协议",
             f"Strategic co-operation with Example Company {number:02}", first,
             add_months(first, 120) - _A_DAY),
        partner,
    )  # fmt: skip
    made.companies.append(partner)


def write_tripartite(
    stage: Stage, number: int, company: int, host: int, first: date, last: date
) -> int:
    """The agreement of university, host unit and company on one postdoc; gives its key."""
    deal = Deal(
        f"YT-TRI-{first.year}-{number:03}", AgreementKind.TRIPARTITE,
        f"联合培养博士后三方协议（第{number}号）", f"Tripartite agreement on a postdoc, no. {number}",
        first, last, unit=host,
    )  # fmt: skip
    key, _, _ = write_agreement(stage, deal, company)
    write_party(stage, key, first, unit=host, part="丙方")
    return key
