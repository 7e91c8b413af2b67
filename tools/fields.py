"""Writes the reference of everything that a rule may name, from the schema and the packs that ship.

`tools/fields.py` writes docs/manual/{zh,en}/fields.md, and language.md as `tools/language.py` has
it; with `--check` it only says whether they are as they would be written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preceptor.config.settings")
os.environ.setdefault("PRECEPTOR_HOME", str(ROOT / "var"))

import django  # noqa: E402

django.setup()

from django.utils import translation  # noqa: E402
from language import cell, language_page  # noqa: E402

from preceptor.policy import Bool, Date, Enum, Pack, Subject  # noqa: E402
from preceptor.policy.types import Number, Scalar  # noqa: E402
from preceptor.standing.packs import find, shipped  # noqa: E402
from preceptor.standing.schema import SCHEMA  # noqa: E402
from preceptor.web.shown.expression import Words  # noqa: E402

LANGUAGES = {"zh": "zh-hans", "en": "en"}
#: So many facts and conditions of the packs are shown for a subject.
SHOWN = 6
TEXTS = {
    "title": ("手册：规则可用的字段", "Manual: the fields that a rule may name"),
    "intro": (
        "本页由程序生成（`tools/fields.py`）：规则中只能使用下列名称。列表中的行先汇总为“事实”，规则再引用事实。",
        "This page is generated (`tools/fields.py`): a rule can name these and nothing else. The rows "
        "of a list are first gathered into a fact; rules then name the fact.",
    ),
    "name": ("名称", "name"),
    "means": ("含义", "means"),
    "values": ("取值", "values"),
    "list": ("列表", "List"),
    "steps": ("可把关的环节", "Steps that a rule may hold back"),
    "facts": ("随附规则包中的事实示例", "Facts of the packs that ship, as examples"),
    "conditions": ("随附规则包中的条件示例", "Conditions of the packs that ship, as examples"),
    "written": ("写法", "written"),
    "words": ("读作", "reads"),
    "yes_no": ("是 / 否", "yes or no"),
    "day": ("日期", "a day"),
    "whole": ("整数，{low} 至 {high}", "a whole number, {low} to {high}"),
    "decimal": ("小数 {scale} 位，{low} 至 {high}", "{scale} decimal places, {low} to {high}"),
}


def say(key: str, language: str) -> str:
    """A text of this page in the language."""
    return TEXTS[key][0 if language == "zh" else 1]


def values_of(kind: Scalar, path: str, subject: Subject, language: str) -> str:
    """What a column may hold, in words; enumerated names with their titles."""
    if isinstance(kind, Bool):
        return say("yes_no", language)
    if isinstance(kind, Date):
        return say("day", language)
    if isinstance(kind, Enum):
        names = [
            f"`{name}` {subject.title(f'{path}.{name}').within(language)}" for name in kind.values
        ]
        return "、".join(names) if language == "zh" else ", ".join(names)
    assert isinstance(kind, Number)
    low, high = (f"{end / 10**kind.scale:g}" for end in (kind.low, kind.high))
    form = say("decimal" if kind.scale else "whole", language)
    return form.replace("{scale}", str(kind.scale)).replace("{low}", low).replace("{high}", high)


def columns(
    given: Mapping[str, Scalar], prefix: str, subject: Subject, language: str
) -> Iterator[str]:
    """The table of the columns of a subject or of a list."""
    yield f"| {say('name', language)} | {say('means', language)} | {say('values', language)} |"
    yield "|---|---|---|"
    for name, kind in given.items():
        path = f"{prefix}{name}"
        title = subject.title(path).within(language)
        yield f"| `{name}` | {title} | {values_of(kind, path, subject, language)} |"


def examples(subject: str, packs: list[Pack], language: str) -> Iterator[str]:
    """Some facts and conditions of the packs that ship, with what they mean in words."""
    known = [pack for pack in packs if pack.facts[subject] or pack.rules_of(subject)]
    facts = {
        fact.title.within(language): f'{fact.aggregate} = "{fact.source}"'
        + (f', where = "{fact.where.text}"' if fact.where else "")
        for pack in known
        for fact in pack.facts[subject].values()
    }
    if facts:
        yield from ("", f"**{say('facts', language)}**", "")
        yield f"| {say('means', language)} | {say('written', language)} |"
        yield "|---|---|"
        yield from (f"| {title} | `{cell(text)}` |" for title, text in list(facts.items())[:SHOWN])
    rules = [(pack, rule) for pack in known for rule in pack.rules_of(subject)]
    if rules:
        yield from ("", f"**{say('conditions', language)}**", "")
        yield f"| {say('written', language)} | {say('words', language)} |"
        yield "|---|---|"
        for pack, rule in rules[:SHOWN]:
            words = Words(pack, subject, rule.examples[0].on).conditions(rule.require)
            read = "；".join(words) if language == "zh" else "; ".join(words)
            yield f"| `{cell(rule.require.text)}` | {read} |"


def section(name: str, packs: list[Pack], language: str) -> Iterator[str]:
    """All that a rule on one subject may name."""
    subject = SCHEMA.subjects[name]
    yield from ("", f"## {subject.title('').within(language)} `{name}`", "")
    yield from columns(subject.columns, "", subject, language)
    for rows in subject.lists:
        title = subject.title(rows).within(language)
        yield from ("", f"{say('list', language)} **{title}** `{rows}`", "")
        yield from columns(subject.rows(rows).columns, f"{rows}.", subject, language)
    if subject.gates:
        gates = ", ".join(f"`{gate}`" for gate in subject.gates)
        yield from ("", f"{say('steps', language)}: {gates}")
    yield from examples(name, packs, language)


def page(language: str) -> str:
    """The whole page in the language."""
    packs = [find(name) for name in shipped()]
    lines = [f"# {say('title', language)}", "", say("intro", language)]
    for name in SCHEMA.subjects:
        lines += section(name, packs, language)
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[str], str]] = {"fields": page, "language": language_page}


def settle(name: str, language: str) -> bool:
    """Write a page, or with --check only compare it; gives whether it is as generated."""
    path = ROOT / "docs" / "manual" / language / f"{name}.md"
    with translation.override(LANGUAGES[language]):
        text = PAGES[name](language)
    if "--check" not in sys.argv:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        print(f"{path.relative_to(ROOT)} is not as generated: run tools/fields.py")
        return False
    return True


def main() -> int:
    """Write the pages, or with --check compare them."""
    settled = [settle(name, language) for name in PAGES for language in LANGUAGES]
    return 0 if all(settled) else 1


if __name__ == "__main__":
    sys.exit(main())
