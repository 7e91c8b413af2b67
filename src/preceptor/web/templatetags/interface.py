"""Small marks that stand many times on a page: icons, verdicts, evidence, initials.

They are tags and not included templates because a list shows hundreds of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.choices import RegulationLayer

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "static/icons.svg"

# verdict -> (tone of colour, icon, word); tones are the classes tone-* of components.css
VERDICTS = {
    "pass": ("pass", "circle-check", _("Met")),
    "fail": ("fail", "circle-x", _("Not met")),
    "pending": ("pending", "hourglass-empty", _("Pending")),
    "open": ("info", "circle-dot", _("Open")),
    "warn": ("warn", "alert-triangle", _("Notice")),
    "not_applicable": ("none", "circle-minus", _("Not applicable")),
    "waived": ("waived", "shield-check", _("Waived")),
}

EVIDENCE = {
    "S": _("Stands in the source cited"),
    "A": _("Statute text, read in full"),
    "B": _("Published by the issuing body"),
    "C": _("Press or journal article"),
    "D": _("Copy by a third party, to be confirmed"),
    "R": _("Not confirmed, the institution must confirm it"),
}
UNSURE_EVIDENCE = {"D", "R"}


@lru_cache(maxsize=1)
def known_icons() -> frozenset[str]:
    """Give the names of all icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """Give an icon of the sprite, hidden from screen readers: a word always stands beside it.

    Raises LookupError for a name that the sprite lacks, so that a page test finds it.
    """
    if name not in known_icons():
        raise LookupError(f"No icon {name!r} in icons.svg: add it to ICONS in tools/vendor.py.")
    address = static("icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        address,
        name,
    )


@register.simple_tag
def verdict(name: str) -> SafeString:
    """Give the badge of a verdict: icon and word in its colour. Raises KeyError if unknown."""
    return _verdict(name, get_language() or "")


@lru_cache(maxsize=64)
def _verdict(name: str, language: str) -> SafeString:
    tone, drawing, word = VERDICTS[name]
    return format_html('<span class="verdict tone-{}">{}{}</span>', tone, icon(drawing), word)


@register.simple_tag
def verdict_icon(name: str) -> SafeString:
    """Give only the icon of a verdict; its word must stand nearby."""
    return icon(VERDICTS[name][1])


@register.filter
def tone(name: str) -> str:
    """Give the class that sets the colours of a verdict on an element and all within it."""
    return f"tone-{VERDICTS[name][0]}"


@register.filter
def verdict_word(name: str) -> str:
    """Give the word of a verdict in the reader's language."""
    return str(VERDICTS[name][2])


@register.simple_tag
def evidence(mark: str | None) -> SafeString:
    """Give how far a rule's source can be trusted; nothing where no mark is recorded."""
    if not mark:
        return SafeString("")
    meaning = EVIDENCE[mark[0]]
    unsure = " evidence-unsure" if mark[0] in UNSURE_EVIDENCE else ""
    return format_html(
        '<abbr class="evidence{}" title="{}">{}<span class="hidden-text">: {}</span></abbr>',
        unsure,
        meaning,
        mark,
        meaning,
    )


@register.filter
def layer_title(layer: str) -> str:
    """What the layer of a pack is called."""
    return str(RegulationLayer(layer).label)


@register.simple_tag
def table_rows(rows: Iterable[Sequence[Mapping[str, Any]]]) -> SafeString:
    """Give the rows of a table, of cells as parts/table.html takes them; the first of a row is its
    head. As a tag: written by templates the cells took more time than all else of a list."""
    language = get_language() or ""
    return SafeString("".join(_row(row, language) for row in rows))


def _row(cells: Sequence[Mapping[str, Any]], language: str) -> str:
    head, *others = cells
    said = _linked(head) + (_note(head) if head.get("note") else "")
    return (
        f'<tr><th scope="row">{said}</th>{"".join(_cell(one, language) for one in others)}</tr>\n'
    )


def _cell(cell: Mapping[str, Any], language: str) -> str:
    shown, label = cell.get("verdict"), cell.get("label")
    kind = ' class="number"' if cell.get("is_number") else ' class="card-corner"' if shown else ""
    named = f' data-label="{_escaped(label)}"' if label else ""
    said = _verdict(shown, language) if shown else _linked(cell)
    if cell.get("note"):
        said = f"<span>{said}{_note(cell)}</span>"
    return f"<td{kind}{named}>{said}</td>"


@register.simple_tag
def task_lines(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """Give the lines of a list of tasks, each as task/lines.html takes them; as a tag for the same
    reason as the rows of a table."""
    # A text inside an f-string is not found for the catalogue.
    words = _escaped(gettext("no deadline"))
    without = f'<span class="soft">{words}</span>'
    return SafeString("".join(_task(line, without) for line in lines))


def _task(line: Mapping[str, Any], without: str) -> str:
    mark = "alert-triangle" if line["is_overdue"] else "clock" if line["due"] else ""
    due = (icon(mark) if mark else "") + (_escaped(line["due"]) if line["due"] else without)
    whose = ""
    if line["for_name"]:
        said = gettext("for %(name)s") % {"name": line["for_name"]}
        whose = f' <span class="verdict tone-info">{_escaped(said)}</span>'
    since = gettext("since %(day)s") % {"day": line["since"]}
    facts = "".join(
        f"<span>{_escaped(one)}</span>" for one in (line["number"], line["kind"], since)
    )
    return (
        f'<li class="task{" task-late" if line["is_overdue"] else ""}">'
        f'<a href="{_escaped(line["url"])}"><span class="task-title">{_escaped(line["title"])}</span>'
        f'<span class="task-stage">{_escaped(line["stage"])}{whose}</span>'
        f'<span class="task-facts">{facts}</span><span class="task-due">{due}</span></a></li>\n'
    )


def _note(cell: Mapping[str, Any]) -> str:
    return f'<span class="cell-note">{_escaped(cell["note"])}</span>'


def _linked(cell: Mapping[str, Any]) -> str:
    text, url = _escaped(cell.get("text", "")), cell.get("url")
    return f'<a href="{_escaped(url)}">{text}</a>' if url else text


def _escaped(value: Any) -> str:
    """The value as a template writes it; plain text, which most is, by the shortest way."""
    if type(value) is str:
        return escape(value)
    return conditional_escape(value if isinstance(value, str) else localize(value))


@register.filter
def initials(name: str | None) -> str:
    """Give the mark of a person for the avatar: the last character of a Chinese name, else up to
    two initials; a dash where no name is known."""
    words = (name or "").split()
    if not words:
        return "–"
    if not words[0].isascii() and len(words) == 1:
        return words[0][-1]
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


@register.inclusion_tag("parts/share.html")
def verdict_share(counts: Mapping[str, int]) -> dict[str, Any]:
    """Give a strip that divides a population by verdict; verdicts that nobody has are left out."""
    present = [(name, counts[name]) for name in VERDICTS if counts.get(name)]
    segments = []
    start = 0
    for name, count in present:
        segments.append({"verdict": name, "count": count, "start": start})
        start += count
    return {"segments": segments, "total": start}
