"""Every message of the reader speaks both languages and names what it refuses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest

import preceptor.jobs
from preceptor.jobs.importers import roster

CATALOGUE = Path(preceptor.jobs.__path__[0]) / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACE = re.compile(r"%\(\w+\)s|%%")


def messages() -> list[str]:
    found = []
    for path in sorted(Path(roster.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "_"
            ):
                found.append(ast.literal_eval(node.args[0]))
    return found


def test_the_reader_has_messages_to_translate() -> None:
    assert len(messages()) > 40


@pytest.mark.parametrize("message", messages())
def test_each_message_is_translated_with_the_same_named_places(message: str) -> None:
    entry = polib.pofile(str(CATALOGUE)).find(message)
    assert entry is not None
    assert re.search("[\u4e00-\u9fff]", entry.msgstr)
    assert sorted(PLACE.findall(entry.msgstr)) == sorted(PLACE.findall(message))
    assert "fuzzy" not in entry.flags
