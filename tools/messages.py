"""Keeps the Chinese catalogue of each room: collects its texts, compiles, and finds what is wrong.

`messages.py` adds new texts, marks those that nobody uses any more and compiles; `--prune` takes
the marked ones out; `--check` changes nothing and fails with a list. Needs no gettext programs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import django
import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "preceptor"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
TEMPLATES = {".html", ".txt"}
PLACE = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%(?!\()[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")
METADATA = {
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True, order=True)
class Text:
    """A translatable text by which a catalogue finds it; `context` and `plural` may be empty."""

    message: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.message


def _source_of(path: Path) -> bytes:
    if path.suffix == ".py":
        return path.read_bytes()
    # In parentheses the tokenizer minds no indentation, which in a template means nothing.
    return f"(\n{templatize(path.read_text(), origin=str(path))}\n)".encode()


def texts_of(path: Path) -> Iterator[Text]:
    """The texts of one Python file or template."""
    found = extract("python", BytesIO(_source_of(path)), KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        single, plural = message if isinstance(message, tuple) else (message, "")
        if single:
            yield Text(single, context or "", plural)


def texts_of_room(room: Path) -> dict[tuple[str, str], tuple[Text, list[str]]]:
    """All texts of a room by their key, each with the files that use it, named from the room."""
    found: dict[tuple[str, str], tuple[Text, list[str]]] = {}
    for path in sorted(room.rglob("*")):
        in_templates = path.suffix in TEMPLATES and "templates" in path.parts
        if not (path.suffix == ".py" or in_templates) or "migrations" in path.parts:
            continue
        where = path.relative_to(room).as_posix()
        for text in texts_of(path):
            held, files = found.setdefault(text.key, (text, []))
            if text.plural and not held.plural:
                found[text.key] = (text, files)
            if where not in files:
                files.append(where)
    return found


def read(path: Path) -> polib.POFile:
    """The catalogue at the path, or a new one."""
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.wrapwidth = 99
    catalogue.metadata = METADATA
    return catalogue


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def update(room: Path, *, prune: bool) -> None:
    """Bring the room's catalogue up to its texts, and compile it."""
    path, texts = room / CATALOGUE, texts_of_room(room)
    if not texts and not path.exists():
        return
    catalogue = read(path)
    entries = {_key(entry): entry for entry in catalogue}
    for key, (text, files) in texts.items():
        entry = entries.setdefault(key, polib.POEntry(msgid=text.message))
        _describe(entry, text, files)
    for key in entries.keys() - texts.keys():
        entries[key].obsolete = True
    kept = [entry for entry in entries.values() if not (prune and entry.obsolete)]
    catalogue[:] = sorted(
        kept, key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or "")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def _describe(entry: polib.POEntry, text: Text, files: list[str]) -> None:
    entry.msgctxt = text.context or None
    entry.obsolete = 0
    entry.occurrences = [(name, "") for name in files]
    entry.flags = sorted(
        {flag for flag in entry.flags if flag != "python-format"}
        | ({"python-format"} if PLACE.search(text.message) else set())
    )
    if text.plural and not entry.msgid_plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr}
        entry.msgstr = ""
    elif text.plural:
        entry.msgid_plural = text.plural


def faults(room: Path) -> list[str]:
    """What is wrong with the room's catalogue, one line for each fault."""
    path, texts = room / CATALOGUE, texts_of_room(room)
    if not path.exists():
        return [f"{room.name}: no catalogue for: {text.message!r}" for text, _ in texts.values()]
    catalogue = read(path)
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    found = [f"missing: {texts[key][0].message!r}" for key in sorted(texts.keys() - entries.keys())]
    found += [f"used nowhere: {key[1]!r}" for key in sorted(entries.keys() - texts.keys())]
    found += [f"used nowhere: {entry.msgid!r}" for entry in catalogue if entry.obsolete]
    for key in sorted(entries.keys() & texts.keys()):
        found += _faults_of(entries[key])
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        found.append("django.mo is not what django.po compiles to")
    return [f"{room.name}: {fault}" for fault in found]


def _faults_of(entry: polib.POEntry) -> list[str]:
    forms = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
    if "fuzzy" in entry.flags or not forms or not all(form.strip() for form in forms):
        return [f"not translated: {entry.msgid!r}"]
    wanted = places(entry.msgid_plural or entry.msgid)
    return [
        f"other places than its source: {entry.msgid!r}: {form!r}"
        for form in forms
        if places(form) != wanted
    ]


def places(text: str) -> list[str]:
    """The places for values in a text, sorted; `%%` is none."""
    return sorted(match[0] for match in PLACE.finditer(text.replace("%%", "")))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, list what is wrong")
    parser.add_argument("--prune", action="store_true", help="take out what nobody uses any more")
    parser.add_argument("rooms", nargs="*", help="rooms to look at; all when none is named")
    chosen = parser.parse_args()
    settings.configure(USE_I18N=True)
    django.setup()
    rooms = [path for path in sorted(PACKAGE.iterdir()) if (path / "__init__.py").exists()]
    rooms = [room for room in rooms if not chosen.rooms or room.name in chosen.rooms]
    if chosen.check:
        found = [fault for room in rooms for fault in faults(room)]
        print("\n".join(found))
        return 1 if found else 0
    for room in rooms:
        update(room, prune=chosen.prune)
    return 0


if __name__ == "__main__":
    sys.exit(main())
