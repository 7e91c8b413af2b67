"""Numbers of chapters, sections and tables as Chinese and English reports write them."""

from __future__ import annotations

from collections.abc import Iterator

from preceptor.reports.documents.model import Chapter, Document, Language, Section

_DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese characters: 3 is 三, 11 is 十一, 20 is 二十."""
    if not 1 <= number <= 99:
        raise ValueError(f"Chapters and sections are numbered from 1 to 99, not {number}.")
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")


def chapter_number(language: Language, chapter: int) -> str:
    """The bare number of a chapter: 三 or 3."""
    return chinese_numeral(chapter) if language == "zh" else str(chapter)


def section_number(language: Language, chapter: int, section: int, part: int = 0) -> str:
    """The bare number of a section, or of a part of it: 五 and 2 in Chinese, 3.5 and 3.5.2."""
    if language == "en":
        return f"{chapter}.{section}.{part}" if part else f"{chapter}.{section}"
    return str(part) if part else chinese_numeral(section)


def heading(language: Language, level: int, number: str, title: str) -> str:
    """A heading as printed: 一、…, （一）…, 1. … in Chinese; 1 …, 1.1 …, 1.1.1 … in English."""
    if not number:
        return title
    if language == "en":
        return f"{number} {title}"
    forms = {1: "{0}、{1}", 2: "（{0}）{1}", 3: "{0}. {1}"}
    return forms[level].format(number, title)


def headed(document: Document) -> Iterator[tuple[str, int, str, Chapter | Section]]:
    """Chapters and sections in reading order: anchor, level, printed heading, part."""
    for place, chapter in enumerate(document.chapters, start=1):
        title = heading(document.language, 1, chapter.number, chapter.title)
        yield f"part-{place}", 1, title, chapter
        for step, section in enumerate(chapter.sections, start=1):
            title = heading(document.language, section.level, section.number, section.title)
            yield f"part-{place}-{step}", section.level, title, section
