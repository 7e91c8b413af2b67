"""The list of trainees gives the same whatever index it is read from, and asks as often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.demo.actions import build
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.queries import units_below
from preceptor.people.models import Account
from preceptor.standing import listing
from preceptor.standing.counted import state_counts, verdict_counts
from preceptor.standing.due import WORST_FIRST, due_columns, rules_ahead, said
from preceptor.standing.models import Finding
from preceptor.training.access import (
    enrolments_elsewhere,
    enrolments_in_units,
    own_keys,
    visible_enrolments,
)
from preceptor.training.models import Enrolment, Supervision
from preceptor.training.states import ENROLLED
from preceptor.web.filters.choices import choices_for
from preceptor.web.filters.enrolment import STUDYING, EnrolmentFilter, listing_of
from preceptor.web.keyset import with_addresses

READERS = ("office", "secretary", "supervisor", "trainee")
SCALE = Decimal("0.1")

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The invented institution, small, judged; undone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(scale=SCALE, by=OPERATOR)
        rules_in_force()
        yield
        transaction.set_rollback(True)


def reader(login: str) -> Account:
    return Account.objects.get(login=login)


class Plain:
    """Every filter by its definition, over all records in memory; slow, and only for this."""

    def __init__(self, user: Account) -> None:
        self.packs = choices_for(user).packs
        rows = visible_enrolments(user).select_related("person", "direction")
        self.rows = list(rows.annotate(**due_columns(self.packs)))
        self.findings: dict[int, list[Finding]] = {}
        for row in Finding.objects.all():
            self.findings.setdefault(row.enrolment_id, []).append(row)
        self.guides = set(Supervision.objects.filter(valid_to=None, superseded_at=None).values_list("enrolment", "person"))  # fmt: skip

    def keys(self, chosen: dict[str, Any]) -> list[int]:
        """The keys of those who meet all filters, in the order of the list."""
        found = [row for row in self.rows if all(self.meets(row, *one) for one in chosen.items())]
        if "rule" not in chosen and "verdict" in chosen:
            found = [row for row in found if self.stands(row, chosen["verdict"])]
        if "rule" in chosen:
            found = [row for row in found if self.is_told(row, **self.told(chosen))]
        return [row.pk for row in sorted(found, key=lambda row: (row.student_number, row.pk))]

    def told(self, chosen: dict[str, Any]) -> dict[str, str]:
        return {"rule": chosen["rule"], "verdict": chosen.get("verdict", "")}

    def meets(self, row: Any, name: str, value: Any) -> bool:
        asked: dict[str, Callable[[], bool]] = {
            "unit": lambda: row.unit_id in self.below(value),
            "direction": lambda: row.direction.code == value,
            "cohort": lambda: row.cohort == value,
            "state": lambda: row.state in (ENROLLED if value == STUDYING else [value]),
            "supervisor": lambda: (row.pk, value) in self.guides,
            "q": lambda: self.is_named(row, value),
        }
        return asked[name]() if name in asked else True

    @cache  # noqa: B019 - as short-lived as the test
    def below(self, unit: int) -> frozenset[int]:
        return units_below([unit])

    def is_named(self, row: Any, text: str) -> bool:
        person, plain = row.person, text.lower().replace(" ", "")
        names = (row.student_number, person.name_zh, person.name_en.lower())
        together = person.name_pinyin.replace(" ", "").startswith(plain)
        return together or any(name.startswith(text) for name in names)

    def words(self, row: Any) -> set[str]:
        ahead = rules_ahead(row, self.packs)
        own = [one for one in self.findings.get(row.pk, []) if one.subject in listing.OWN]
        words = set()
        for one in own:
            word = said(one.verdict, one.kind)
            waits = one.rule in ahead and word in ("fail", "pending")
            if one.kind != "inform":
                words.add("open" if waits else word)
        return words or ({"pass"} if own else set())

    def stands(self, row: Any, verdict: str) -> bool:
        words = self.words(row)
        if verdict == "waived":
            return "waived" in words
        whole = next((word for word in WORST_FIRST if word in words), "pass")
        return bool(words) and whole == verdict

    def is_told(self, row: Any, rule: str, verdict: str) -> bool:
        waits = rule in rules_ahead(row, self.packs)
        for one in self.findings.get(row.pk, []):
            word = said(one.verdict, one.kind)
            meant = word == "fail" and waits if verdict == "open" else word == verdict
            if one.rule == rule and (meant or not verdict):
                return True
        return False


def combinations(plain: Plain) -> Iterator[dict[str, Any]]:
    """Each filter alone, and the combinations that a list is asked for most."""
    row = plain.rows[len(plain.rows) // 2]
    person = next((guide for key, guide in plain.guides if key == row.pk), 1)
    rules = ("training.clinical", "milestones.order", "panel.defence.size", "thesis.similarity")
    verdicts = ("fail", "pending", "warn", "open", "pass", "waived")
    place, line = {"unit": row.unit_id}, {"direction": row.direction.code}
    judged = [{"rule": rule, "verdict": one} for rule in rules for one in ("", *verdicts)]
    judged.append({"rule": "panel.defence.supervisors", "verdict": "warn"})
    yield {}
    for state in (STUDYING, "training", "awarded", "suspended"):
        yield {"state": state}
        yield {"state": state, **place}
    for one in (*judged, *({"verdict": one} for one in verdicts)):
        one = {name: value for name, value in one.items() if value}
        yield one
        yield {**one, **place}
        yield {**one, **line, "cohort": row.cohort}
        yield {**one, "state": STUDYING}
        yield {**one, "q": row.person.name_zh[0]}
        yield {**one, "supervisor": person}
    pinyin = row.person.name_pinyin
    for text in (row.student_number[:5], row.person.name_zh, pinyin[:2], pinyin.replace(" ", "")):
        yield {"q": text}
    yield from ({**place, **line}, {**place, "cohort": row.cohort}, line, {"cohort": row.cohort})
    yield {"supervisor": person}


def all_pages(made: listing.Listing) -> list[int]:
    """The keys of all pages, one after the other."""
    keys: list[int] = []
    address = "/?"
    while address:
        query = QueryDict(address.partition("?")[2]).dict()
        page = with_addresses(made.page(query), "/", query)
        keys += page.rows
        address = page.next_url
    return keys


@pytest.mark.parametrize("few", [0, 10_000], ids=["walked", "gathered"])
@pytest.mark.parametrize("login", READERS)
def test_every_filter_gives_whom_its_definition_gives_by_whatever_index(
    demo: None, login: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    user = reader(login)
    plain, choices = Plain(user), choices_for(user)
    found = 0
    for chosen in combinations(plain):
        expected = plain.keys(chosen)
        made = listing_of(user, chosen, choices)
        assert all_pages(made) == expected, chosen
        assert made.count == len(expected), chosen
        assert set(made.rows().values_list("pk", flat=True)) == set(expected), chosen
        found += bool(expected)
    assert found >= (40 if login in ("office", "secretary") else 8)


@pytest.mark.parametrize("login", READERS)
def test_the_kept_counts_say_what_counting_says(demo: None, login: str) -> None:
    user = reader(login)
    plain = Plain(user)
    counts, states = verdict_counts(user), state_counts(user)
    told = [one for row in plain.rows for one in plain.findings.get(row.pk, [])]
    for rule in {one.rule for one in told}:
        words = [said(one.verdict, one.kind) for one in told if one.rule == rule]
        assert counts[rule] == {word: words.count(word) for word in set(words)}
    assert states == {
        state: sum(row.state == state for row in plain.rows)
        for state in {row.state for row in plain.rows}
    }


@pytest.mark.parametrize("login", READERS)
def test_what_is_read_by_unit_and_what_is_the_own_make_up_all_that_is_visible(
    demo: None, login: str
) -> None:
    user = reader(login)
    inside = list(enrolments_in_units(user).values_list("pk", flat=True))
    outside = list(enrolments_elsewhere(user).values_list("pk", flat=True))
    assert not set(inside) & set(outside)
    assert sorted(inside + outside) == sorted(visible_enrolments(user).values_list("pk", flat=True))
    assert own_keys(user) <= {*inside, *outside}


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("few", [0, 10_000], ids=["walked", "gathered"])
def test_no_page_of_trainees_asks_more_than_twelve_times(
    demo: None, login: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    user, client = reader(login), Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    row = visible_enrolments(user).order_by("pk").first()
    assert row is not None
    unit = f"unit={row.unit_id}" if login in ("office", "secretary") else "cohort=2022"
    addresses = [
        "/", "/units/", f"/units/{row.unit_id}/", "/trainees/", f"/trainees/?{unit}&q=2",
        f"/trainees/?{unit}&rule=training.clinical&verdict=fail&cohort=2022",
        f"/trainees/?{unit}&verdict=open", "/trainees/?q=li&verdict=open",
        *(f"/trainees/{key}/" for key in list(visible_enrolments(user).values_list("pk", flat=True))[::20]),
    ]  # fmt: skip
    for address in addresses:
        client.get(address)
        assert asked(client, address) <= 12, address


def test_a_field_of_choices_is_written_as_its_template_writes_it(demo: None) -> None:
    choices = choices_for(reader("office"))
    form = EnrolmentFilter({"rule": "training.clinical", "unit": "3", "state": "<i>"}, choices)
    for name in ("unit", "direction", "rule", "state", "verdict"):
        field = form[name]
        plain = field.as_widget(type(field.field).widget(choices=field.field.widget.choices))
        assert parse_html(str(field)) == parse_html(plain)


def test_no_trainee_of_another_scope_comes_through_a_filter(demo: None) -> None:
    user = reader("secretary")
    seen = set(visible_enrolments(user).values_list("pk", flat=True))
    others = Enrolment.objects.exclude(pk__in=seen)
    assert others.exists()
    for unit in set(others.values_list("unit", flat=True)):
        for more in ({}, {"verdict": "open"}, {"rule": "training.clinical", "verdict": "fail"}):
            made = listing_of(user, {"unit": unit, **more}, choices_for(user))
            assert set(all_pages(made)) <= seen
