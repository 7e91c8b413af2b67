"""The harness itself: tests stay at home, off the network, and miss nothing when told so."""

from __future__ import annotations

import ast
import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.utils.html import escape

from answers import page_of, text_of, unpacked

TESTS = Path(__file__).resolve().parent


def test_nothing_is_written_into_the_checkout() -> None:
    checkout = TESTS.parent
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


def test_a_name_is_found_in_every_kind_of_answer_that_tells_it() -> None:
    name, other = "林O'Neil", "顾清妍"
    answer, page = JsonResponse({"name": name}), HttpResponse(f"<p>{escape(name)}</p>")
    assert name not in answer.content.decode() + page.content.decode()
    assert (name in text_of(answer), name in page_of(page)) == (True, True)
    assert (other in text_of(answer), other in page_of(page)) == (False, False)
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", name * 9)
    assert name.encode() * 9 not in book.getvalue()
    assert name in unpacked(book.getvalue())["sheet.xml"]


def looks_into_bytes(tree: ast.AST) -> Iterator[int]:
    """The lines at which the bytes of an answer are looked into."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "content":
            yield node.lineno


def test_a_test_of_the_interface_that_looks_into_bytes_would_be_seen() -> None:
    text = "told = caller.get('/x')\nassert '林' not in told.content.decode()"
    assert list(looks_into_bytes(ast.parse(text))) == [2]
    assert list(looks_into_bytes(ast.parse(text.replace("told.content.decode", "text_of")))) == []


def test_no_test_of_the_interface_looks_for_words_in_bytes() -> None:
    """JSON writes 林 as six other characters, so that no name is ever found in its bytes: answers.py
    reads them."""
    found = {
        f"{path.name}:{line}"
        for path in sorted(TESTS.glob("api/test_*.py"))
        for line in looks_into_bytes(ast.parse(path.read_text()))
    }
    assert found == set()
