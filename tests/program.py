"""What the tests of the interface share: a program that sends a key, and the cast behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from preceptor.base.actors import OPERATOR
from preceptor.people.actions import make_key
from preceptor.people.models import Account

Program = Callable[..., "Caller"]


class Caller:
    """A program that calls the interface with an access key, and no cookie."""

    def __init__(self, secret: str, language: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}", body, content_type="application/json",
            headers={**self.headers, **headers},
        )  # fmt: skip


@pytest.fixture
def program() -> Program:
    """Gives a caller with a fresh key of the account; one that writes when asked."""

    def make(account: Account, *, may_write: bool = True, language: str = "en") -> Caller:
        _key, secret = make_key(account=account, name="a program", may_write=may_write, by=OPERATOR)
        return Caller(secret, language)

    return make
