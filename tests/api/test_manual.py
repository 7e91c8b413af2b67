"""The examples of the manual work as they are printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from preceptor.base.actors import OPERATOR
from preceptor.people.actions import make_key
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "manual"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(language: str) -> list[list[str]]:
    """The curl commands of the page, each as its words."""
    text = (MANUAL / language / "interface.md").read_text(encoding="utf-8")
    joined = "".join(BLOCK.findall(text)).replace("\\\n", " ")
    return [shlex.split(line) for line in joined.splitlines() if line.startswith("curl")]


def called(words: list[str], secret: str, enrolment: int) -> Any:
    """What the command would get, asked without a socket."""
    headers, data, method, address = {}, None, "GET", ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _colon, value = next(rest).partition(": ")
            headers[name] = value.replace("KEY", secret)
        elif word == "-X":
            method = next(rest)
        elif word == "-d":
            data = next(rest)
        elif word.startswith("HOST"):
            address = word.removeprefix("HOST").replace("ENROLMENT", str(enrolment))
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client(enforce_csrf_checks=True).generic(
        method, address, data or "", content_type=kind, headers=headers
    )


@pytest.mark.django_db
def test_every_command_of_the_manual_gets_a_good_answer(cast: Cast, office: Account) -> None:
    _key, secret = make_key(account=office, name="manual", may_write=True, by=OPERATOR)
    printed = commands("en")
    assert len(printed) == 4
    answers = [called(words, secret, cast.lin.pk) for words in printed]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert answers[0].json()["login"] == "office"
    assert answers[-1].json()["state"] == "suspended"


def test_both_languages_print_the_same_commands() -> None:
    assert commands("zh") == commands("en")
