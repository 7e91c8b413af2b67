"""Where each name and line of the network stands: lanes from top to bottom, four columns in each.

Lengths are in units of the drawing, which is WIDTH wide and as high as its lanes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from preceptor.web.shown.network import Lane, Node

Shown = dict[str, Any]
#: What stands in each column of a lane; laboratories stand below the supervisors.
COLUMNS = (("partners",), ("stations",), ("supervisors", "laboratories"), ("platforms",))
WIDTH, BOX, GAP = 1200, 264, 48
HEAD, ROW, STEP, FOOT = 40, 40, 48, 20
#: So many columns of a text line, where a Chinese character takes two.
LINE = 34
#: So many names are drawn in a column of a lane; the table has all.
MOST = 10


def drawing_of(lanes: Sequence[Lane]) -> Shown:
    """The drawing: its width, the heads of the columns and how high they are, and the lanes with boxes
    and lines, each from its `y` down."""
    top, drawn = HEAD, []
    for lane in lanes:
        drawn.append(_lane(lane, top))
        top += drawn[-1]["height"]
    titles = (
        _("Companies and hospitals"), _("Postdoctoral stations"), _("Supervisors and laboratories"),
        _("Platforms"),
    )  # fmt: skip
    return {
        "width": WIDTH,
        "head": HEAD,
        "heads": [{"x": _x(place), "y": 24, "text": title} for place, title in enumerate(titles)],
        "lanes": drawn,
    }


def _x(column: int) -> int:
    return column * (BOX + GAP)


def _lane(lane: Lane, top: int) -> Shown:
    columns = [
        [node for name in names for node in _cut(list(getattr(lane, name).values()), name)]
        for names in COLUMNS
    ]
    boxes = {
        node.key: _box(node, place, top + HEAD + STEP * index)
        for place, nodes in enumerate(columns)
        for index, node in enumerate(nodes)
    }
    rows = max(len(nodes) for nodes in columns)
    return {
        "y": top,
        "title": f"{lane.code} {lane.name}".strip(),
        "title_y": top + 26,
        "height": HEAD + STEP * rows + FOOT,
        "ground_height": HEAD + STEP * rows + FOOT // 2,
        "boxes": list(boxes.values()),
        "lines": [
            _line(boxes[left], boxes[right])
            for left, right in sorted(lane.links)
            if left in boxes and right in boxes
        ],
    }


def _cut(nodes: list[Node], name: str) -> list[Node]:
    """The nodes, of many the first and how many more there are."""
    if len(nodes) <= MOST:
        return nodes
    from preceptor.web.shown.network import Node

    more = _("and %(count)s more in the table") % {"count": len(nodes) - MOST + 1}
    return [*nodes[: MOST - 1], Node(f"more-{name}", more)]


def _box(node: Node, column: int, y: int) -> Shown:
    lines = wrapped(node.text)
    x = _x(column)
    return {
        "x": x, "y": y, "width": BOX, "height": ROW, "column": COLUMNS[column][0], "url": node.url,
        "title": f"{node.text} ({node.note})" if node.note else node.text,
        "lines": [
            {"x": x + 10, "y": y + (25 if len(lines) == 1 else 17 + 16 * place), "text": text}
            for place, text in enumerate(lines)
        ],
    }  # fmt: skip


def _line(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """A curve from the right side of one box to the left side of the other."""
    x1, y1 = left["x"] + BOX, left["y"] + ROW // 2
    x2, y2 = right["x"], right["y"] + ROW // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def wrapped(text: str) -> list[str]:
    """The text in at most two lines; what does not fit ends with an ellipsis."""
    first, rest = _taken(text, LINE)
    if not rest:
        return [first]
    # A bracket stays whole where the second line holds it.
    mark = max(first.rfind("（"), first.rfind("("))
    if mark > 0 and not _taken(first[mark:] + rest, LINE)[1]:
        first, rest = first[:mark].strip(), first[mark:] + rest
    second, more = _taken(rest, LINE)
    if more:
        second, _rest = _taken(rest, LINE - 2)
        second += "…"
    return [first, second]


def _taken(text: str, most: int) -> tuple[str, str]:
    """As much of the text as fits, broken between words where there are any, and the rest."""
    width, end = 0, 0
    for character in text:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > most:
            break
        end += 1
    if end < len(text) and " " in text[:end] and text[end] != " ":
        end = text.rindex(" ", 0, end)
    return text[:end].strip(), text[end:].strip()
