"""The description holds for every role on true records, and for what a write leaves behind."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from api_doors import OPERATIONS
from api_shapes import holds_shape
from doors import Place, make, signed_in, told
from preceptor.api.description import described
from preceptor.base.actors import OPERATOR
from preceptor.cases.models import Case as Request
from preceptor.cases.models import CaseKind, Item, Sitting, SittingSeat
from preceptor.institutions.models import Regulation
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.standing.models import PackInForce
from preceptor.training.models import Panel

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: Who asks: each sees other records and may do other things.
ROLES = (
    "office", "leader", "personnel", "secretary", "neighbour", "supervisor", "trainee", "trainee-2",
)  # fmt: skip
PASSWORD, SINCE = "only-for-tests-2026", date(2020, 1, 1)
SCHEMA = schemathesis.openapi.from_dict(described())
FOUND = {
    one.definition.raw["operationId"]: one
    for one in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
}
READING = sorted(name for name, one in OPERATIONS.items() if one.method == "get")
WRITING = sorted(name for name, one in OPERATIONS.items() if one.method == "post")
#: What tells nothing at the places of the demo institution, and why.
NOTHING_THERE = {
    "case_hearing": "no hearing is under way",
    "case_experts": "no appeal waits for experts",
    "panel_repair": "no repair was asked for",
    "panel_substitutes": "no panel is called",
    "case_document": "a key of no document",
    "case_letter_file": "a key of no letter",
    "assessment_evidence": "nobody is assessed",
}
#: What these operations cannot do without.
ASKED_WITH: dict[str, dict[str, str]] = {
    **{name: {"q": "a"} for name in ("search", "panel_experts", "case_experts")},
    **{
        name: {"first": "2023-01-01", "last": "2023-12-31"}
        for name in ("flow_of_postdocs", "carriers_of_postdocs")
    },
}
FEW = settings(
    max_examples=3, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Built once for the module; taken back after it."""
    home = tmp_path_factory.mktemp("home")
    with (
        django_db_blocker.unblock(), override_settings(PRECEPTOR_HOME=home), transaction.atomic()
    ):  # fmt: skip
        yield make(home)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def callers(place: Place, django_db_blocker: Any) -> dict[str, Client]:
    made = open_account(
        login="personnel", name="人事处", password=PASSWORD, person=None, by=OPERATOR
    )
    grant_role(
        account=made, kind=RoleKind.PERSONNEL, unit=place.root, valid_from=SINCE, by=OPERATOR
    )
    return {name: signed_in(Account.objects.get(login=name)) for name in ROLES}


def one_of_each(rows: QuerySet[Any], *columns: str) -> list[int]:
    """The key of one row for each combination of the columns."""
    found: dict[tuple[Any, ...], int] = {}
    for key, *values in rows.order_by("pk").values_list("pk", *columns):
        found[tuple(values)] = key
    return list(found.values())


@pytest.fixture(scope="module")
def keys(place: Place) -> dict[str, list[dict[str, int]]]:
    """By noun the keys of records in every state in which the demo institution has one."""
    sittings = Sitting.objects.exclude(seats=None)
    composed = Panel.objects.filter(milestone_case__case__stage_kind="compose")
    return {
        "panels": [{"key": key} for key in one_of_each(composed, "stage")],
        "packs": [{"key": key} for key in one_of_each(PackInForce.objects.all())],
        "regulations": [{"key": key} for key in one_of_each(Regulation.objects.all(), "layer")],
        "cases": [
            {"key": key} for key in one_of_each(Request.objects.all(), "state", "stage_kind")
        ],
        "kinds": [{"key": key} for key in one_of_each(CaseKind.objects.all(), "state")],
        "sittings": [_parts(key) for key in one_of_each(sittings, "state", "body__kind")],
    }


def _parts(sitting: int) -> dict[str, int]:
    seat = SittingSeat.objects.filter(sitting=sitting).order_by("pk").first()
    item = Item.objects.filter(sitting=sitting).order_by("pk").first()
    found = {"key": sitting}
    return found | ({"seat": seat.pk} if seat else {}) | ({"item": item.pk} if item else {})


def noun(name: str) -> str:
    return OPERATIONS[name].path.split("/")[3]


def addresses(name: str, place: Place, keys: dict[str, list[dict[str, int]]]) -> list[str]:
    """Where the operation is: at the record of the doors, and at one in every state."""
    found, template = [OPERATIONS[name].address(place)], OPERATIONS[name].path
    usual = OPERATIONS[name].address(place)
    for known in keys.get(noun(name), []):
        words = zip(template.split("/"), usual.split("/"), strict=True)
        found.append("/".join(str(known.get(word.strip("{}"), usually)) for word, usually in words))
    return list(dict.fromkeys(found))


def holds(name: str, response: Any) -> None:
    """There is no fault, and the answer has the shape that is described for its status."""
    assert response.status_code < 500, name
    answers = FOUND[name].definition.raw["responses"]
    assert str(response.status_code) in answers, name
    holds_shape(described(), FOUND[name], response)


def read(client: Client, name: str, address: str) -> int:
    response = client.get(address, ASKED_WITH.get(name, {}))
    holds(name, response)
    told(response)
    return int(response.status_code)


def test_every_reading_operation_answers_well_to_somebody_and_holds_for_everybody(
    place: Place, callers: dict[str, Client], keys: dict[str, list[dict[str, int]]]
) -> None:
    statuses = defaultdict[str, set[int]](set)
    for name in READING:
        for address in addresses(name, place, keys):
            for client in callers.values():
                statuses[name].add(read(client, name, address))
    silent = {name for name, found in statuses.items() if 200 not in found}
    assert silent == set(NOTHING_THERE), " ".join(sorted(silent ^ set(NOTHING_THERE)))


def sent_as(client: Client, case: Any, address: str) -> Any:
    body = case.as_transport_kwargs(base_url="http://testserver").get("json")
    return client.post(address, json.dumps(body or {}), content_type="application/json")


@pytest.mark.release
def test_whatever_is_written_by_whomever_what_is_read_afterwards_keeps_its_shape(
    place: Place, callers: dict[str, Client], keys: dict[str, list[dict[str, int]]]
) -> None:
    statuses = defaultdict[str, set[int]](set)
    for name in WRITING:
        there = addresses(name, place, keys)

        @FEW
        @given(case=FOUND[name].as_strategy(), who=st.sampled_from(ROLES))
        def written(case: Any, who: str) -> None:
            for address in there:  # noqa: B023
                with transaction.atomic():
                    response = sent_as(callers[who], case, address)
                    holds(name, response)  # noqa: B023
                    statuses[name].add(response.status_code)  # noqa: B023
                    if response.status_code < 300:
                        _read_again(callers[who], name, address, response)  # noqa: B023
                    transaction.set_rollback(True)

        written()
    done = {name for name, found in statuses.items() if found & {200, 201}}
    assert len(done) > 20, sorted(done)


def _read_again(client: Client, name: str, address: str, response: Any) -> None:
    """What the writing operation left behind is read by every operation of its record."""
    record = "/".join(address.split("/")[:5])
    if "{key}" not in OPERATIONS[name].path:
        made = response.json()
        if "key" not in made:
            return
        record = f"/api/v1/{noun(name)}/{made['key']}"
    for other in READING:
        path = OPERATIONS[other].path
        if noun(other) == noun(name) and path.count("{") == 1 and "{key}" in path:
            read(client, other, record + path.partition("{key}")[2])
