"""Every text for people is found for the catalogue."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import preceptor

HOUSE = Path(preceptor.__file__).parent
CALLS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "npgettext"}


def hidden(text: str) -> list[int]:
    """The lines in which a text to be translated stands inside an f-string, where it is not found."""
    return [
        call.lineno
        for whole in ast.walk(ast.parse(text))
        if isinstance(whole, ast.JoinedStr)
        for call in ast.walk(whole)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in CALLS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]


def test_a_text_inside_an_f_string_is_noticed() -> None:
    assert hidden("said = f'<b>{_(\"no deadline\")}</b>'") == [1]
    assert hidden("words = _('no deadline')\nsaid = f'<b>{words}</b>'") == []


@pytest.mark.parametrize("room", sorted(path.name for path in HOUSE.iterdir() if path.is_dir()))
def test_no_text_for_people_stands_inside_an_f_string(room: str) -> None:
    found = {
        str(path.relative_to(HOUSE)): lines
        for path in (HOUSE / room).rglob("*.py")
        if (lines := hidden(path.read_text()))
    }
    assert found == {}
