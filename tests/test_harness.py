"""The harness itself: tests stay at home, off the network, and miss nothing when told so."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection


def test_nothing_is_written_into_the_checkout() -> None:
    checkout = Path(__file__).resolve().parent.parent
    assert not Path(settings.PRECEPTOR_HOME).is_relative_to(checkout)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("pypi.example", 443)])
def test_a_test_cannot_reach_beyond_loopback(address: tuple[str, int]) -> None:
    with socket.socket() as probe, pytest.raises(PermissionError, match="only loopback"):
        probe.connect(address)


def test_a_test_may_speak_to_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as caller:
        assert caller.connect_ex(server.getsockname()) == 0


def test_passwords_cost_nothing_in_tests() -> None:
    assert make_password("x").startswith("md5$")


@pytest.mark.database
@pytest.mark.django_db
def test_the_database_is_the_one_that_was_chosen(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == request.config.getoption("--database")


@pytest.mark.browser
def test_the_browser_shows_chinese(page: Any) -> None:
    page.set_content("<h1>云汀医科大学</h1>")
    assert page.inner_text("h1") == "云汀医科大学"
    assert page.evaluate("navigator.language") == "zh-CN"
