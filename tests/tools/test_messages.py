"""The catalogues: every text is found, and nothing half translated passes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def tool(name: str) -> ModuleType:
    """A script of `tools`, as a module."""
    found = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


messages = tool("messages")

PAGE = """{% load i18n %}
  {# a note #}
    <p title="it's">{% translate "Next step" %}</p>
{% blocktranslate count counter=months trimmed %}
   {{ counter }} month left
{% plural %}
   {{ counter }} months left
{% endblocktranslate %}
<b>{% translate "open" context "verdict" %}</b>
"""
CODE = '''
from django.utils.translation import gettext as _, gettext_lazy

LABEL = gettext_lazy("Panel")


def told(name: str) -> str:
    """Docstrings are no texts: _("not this")."""
    return _("%(name)s sits on the panel. "
             "Nobody sits twice.") % {"name": name}
'''


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "panels.py").write_text(CODE)
    messages.update(tmp_path, prune=False)
    return tmp_path


def catalogue(room: Path) -> polib.POFile:
    return polib.pofile(str(room / messages.CATALOGUE))


def translate(room: Path, **changed: str) -> None:
    """Fill in every text, with its own source where nothing else is said."""
    written = catalogue(room)
    for entry in written:
        text = changed.get(entry.msgid, entry.msgid)
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid_plural}
        else:
            entry.msgstr = text
    written.save()


def test_texts_of_code_and_templates_are_found(room: Path) -> None:
    found = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue(room)}
    assert found == {
        (None, "Panel", ""),
        (None, "%(name)s sits on the panel. Nobody sits twice.", ""),
        (None, "Next step", ""),
        (None, "%(counter)s month left", "%(counter)s months left"),
        ("verdict", "open", ""),
    }


def test_a_whole_catalogue_passes_and_compiles_to_what_lies_beside_it(room: Path) -> None:
    translate(room)
    assert messages.faults(room) == [f"{room.name}: django.mo is not what django.po compiles to"]
    messages.update(room, prune=False)
    assert messages.faults(room) == []


def test_a_new_text_and_one_that_nobody_uses_are_told_apart(room: Path) -> None:
    translate(room)
    messages.update(room, prune=False)
    (room / "panels.py").write_text(CODE.replace('"Panel"', '"Committee"'))
    assert messages.faults(room) == [
        f"{room.name}: missing: 'Committee'",
        f"{room.name}: used nowhere: 'Panel'",
    ]
    messages.update(room, prune=False)
    assert messages.faults(room) == [
        f"{room.name}: used nowhere: 'Panel'",
        f"{room.name}: not translated: 'Committee'",
    ]
    messages.update(room, prune=True)
    assert messages.faults(room) == [f"{room.name}: not translated: 'Committee'"]


@pytest.mark.parametrize("wrong", ["小组", "%(title)s 参加小组", "%(name)s %(name)s", "%s"])
def test_a_translation_that_loses_a_place_for_a_value_is_refused(room: Path, wrong: str) -> None:
    text = "%(name)s sits on the panel. Nobody sits twice."
    translate(room, **{text: wrong})
    messages.update(room, prune=False)
    assert messages.faults(room) == [
        f"{room.name}: other places than its source: {text!r}: {wrong!r}"
    ]


def test_a_doubtful_translation_is_none(room: Path) -> None:
    translate(room)
    written = catalogue(room)
    doubtful = written.find("Panel")
    assert doubtful is not None
    doubtful.flags.append("fuzzy")
    written.save()
    messages.update(room, prune=False)
    assert messages.faults(room) == [f"{room.name}: not translated: 'Panel'"]
