"""The description of the interface holds: whatever is sent, no fault, and the promised shape."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis.core.result import Ok

from answers import page_of
from api_shapes import holds_shape
from preceptor.api.description import described, operations
from preceptor.api.interface import api
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import make_key
from preceptor.people.models import Account

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_dict(described())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
FEW = settings(
    max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

#: What mostly lies behind an address, instead of keys that nobody has.
NEAR = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"key": st.integers(1, 3), "rule": st.just("training.clinical"), "code": st.just("105101")}
    ),
)


def secrets(office: Account, trainee: Account) -> Iterator[str]:
    for account in (office, trainee):
        _key, secret = make_key(account=account, name="fuzz", may_write=True, by=OPERATOR)
        yield secret


def sent(client: Client, case: Any, secret: str) -> Any:
    """The example as one request of the test client, without any socket."""
    told = case.as_transport_kwargs(base_url="http://testserver")
    headers = {
        name: value
        for name, value in (told.get("headers") or {}).items()
        if name.lower() in ("if-match", "idempotency-key") and str(value).isascii()
    }
    path = told["url"].removeprefix("http://testserver")
    body = told.get("json", told.get("data"))
    more = {"content_type": "application/json", "data": body} if body is not None else {}
    if told.get("files"):
        more = {}
    return client.generic(
        case.method.upper(), path, _bytes(more.get("data")),
        content_type=str(more.get("content_type", "application/json")),
        query_params=told.get("params") or None,
        headers={**headers, "Authorization": f"Bearer {secret}"},
    )  # fmt: skip


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def test_there_is_no_fault_and_every_answer_has_its_shape(
    office: Account, trainee: Account
) -> None:
    client = Client(raise_request_exception=True)
    keys = list(secrets(office, trainee))
    statuses: set[int] = set()
    for operation in OPERATIONS:

        @FEW
        @given(case=operation.as_strategy(), secret=st.sampled_from(keys), near=NEAR)
        def answered(case: Any, secret: str, near: dict[str, Any]) -> None:
            case.path_parameters = {
                name: near.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
            response = sent(client, case, secret)
            statuses.add(response.status_code)
            assert response.status_code < 500
            declared = operation.definition.raw["responses"]  # noqa: B023
            assert str(response.status_code) in {*declared, "405"}, response.getvalue()
            if response.headers.get("Content-Type", "").startswith("application/json"):
                _validated(operation, response)  # noqa: B023

        answered()
    assert {200, 404, 422} <= statuses


def _validated(operation: Any, response: Any) -> None:
    """Raises when the answer has not the shape that is described for its status."""
    holds_shape(described(), operation, response)


def test_every_shape_has_a_name_of_its_own() -> None:
    """Two shapes of one name would be described as one."""
    shapes = [
        shape
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("preceptor.api.")
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Schema)
        if shape.__module__ == module.__name__
    ]
    described()
    assert len(shapes) > 100
    names = Counter(shape.__name__ for shape in shapes)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    named = [
        operation for methods in described()["paths"].values() for operation in methods.values()
    ]
    names = [operation["operationId"] for operation in named]
    assert len(names) == len(set(names)) > 60
    assert all(operation.get("description") for operation in named)
    assert api.docs_url is None and api.openapi_url is None


def test_the_description_is_open_and_its_page_needs_nothing_from_outside(
    office: Account, signed_in: Any
) -> None:
    assert Client().get("/api/v1/openapi.json").json()["info"]["title"] == "Preceptor"
    page = page_of(signed_in(office).get("/api/v1/docs"))
    assert "/api/v1/enrolments/{key}/standing" in page
    assert "cdn" not in page.lower()
    assert operations.__name__ == "operations"
