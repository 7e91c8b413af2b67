"""What a report says: chapters, sections, blocks and runs, whatever the format it is printed in.

All classes are frozen. A number that was computed is a `FigureNumber`, so that every writer can
link it; each of them must have its line in the annex, so that a reader on paper finds what the
number counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

Language: TypeAlias = Literal["zh", "en"]
Align: TypeAlias = Literal["start", "center", "end"]
Nature: TypeAlias = Literal["flow", "stock"]


def _check_address(address: str) -> None:
    """Refuse an address that a browser could run instead of open (`javascript:` and its kind)."""
    if urlsplit(address).scheme not in ("", "http", "https"):
        raise ValueError(
            f"The address {address!r} of a figure is neither a path nor http(s). "
            "Give the path of the figure's page."
        )


@dataclass(frozen=True, slots=True)
class Text:
    """Words without a computed number; `strong` sets them bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FigureNumber:
    """A computed number as printed, and the figure that it comes from.

    `text` is printed exactly as given ("6400 余", "46.84 %"); `unit` and `note` stand in the
    number's tooltip only. `url` is the page of the figure, a path or an http(s) address; empty
    where there is none. `anchor` names its line in the annex; left empty, it is the key.
    """

    key: str
    text: str
    url: str = ""
    unit: str = ""
    note: str = ""
    anchor: str = ""
    strong: bool = False

    def __post_init__(self) -> None:
        _check_address(self.url)

    @property
    def target(self) -> str:
        """The line of the annex that explains this number."""
        return self.anchor or self.key

    @property
    def tooltip(self) -> str:
        """Key, unit and note in one line, the empty ones left out."""
        return " · ".join(part for part in (self.key, self.unit, self.note) if part)


Run: TypeAlias = Text | FigureNumber
Runs: TypeAlias = tuple[Run, ...]


def runs(*parts: str | Run) -> Runs:
    """Plain strings and runs as one tuple of runs: `runs("共招收 ", number, " 人。")`."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def plain(line: Runs) -> str:
    """The words of some runs without their links."""
    return "".join(run.text for run in line)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list without order; one tuple of runs for each item."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line in place of a section whose records are not kept yet: what it waits for."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column: title, alignment of its cells, unit of its numbers ("" without)."""

    title: str
    align: Align = "start"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one head row; each cell is a tuple of runs, empty where nothing is known.

    `note` is printed below the table (source, window, remarks). `total` sets the last row apart.
    Raises ValueError when a row has not one cell for each column.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str
    note: str = ""
    total: bool = False

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {number} of the table {self.caption!r} has {len(row)} cells for "
                    f"{len(self.columns)} columns. Give one cell for each column."
                )


Block: TypeAlias = Paragraph | BulletList | Waiting | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a chapter; level 2 is （一） or 1.1, level 3 is 1. or 1.1.1.

    `number` is bare, without brackets or stops: "一" or "1" in Chinese, "3.5" in English; "" for
    a heading without number. A level 3 section follows its level 2 section in the same tuple.
    """

    number: str
    title: str
    blocks: tuple[Block, ...]
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; `blocks` stand before its first section. `number` is bare ("一", "1", "")."""

    number: str
    title: str
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """A line of the annex: what a printed number counts, where, when and over which records.

    `anchor` (left empty: the key) is what `FigureNumber.target` names and is unique in a
    document. `value` is the exact value as text, "" where it is unknown; `period` is the window
    of a flow or the date of a stock; `records` is None where the figure counts no records.
    """

    key: str
    name: str
    value: str
    unit: str
    nature: Nature
    population: str
    scope: str
    period: str
    records: int | None
    url: str = ""
    anchor: str = ""

    def __post_init__(self) -> None:
        _check_address(self.url)

    @property
    def target(self) -> str:
        """The name under which the numbers of the text find this line."""
        return self.anchor or self.key


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A labelled line of the cover, for instance the code of the degree point."""

    label: str
    value: str


@dataclass(frozen=True)
class Document:
    """A whole report in one language.

    `site` is the address of the installation ("https://preceptor.example.edu"), put before the
    paths of figures in Word and PDF, which are read away from the site; without it these two
    print no address. Raises ValueError when a printed number has no line in the annex or two
    lines have one anchor.
    """

    title: str
    subtitle: str
    institution: str
    language: Language
    year: int
    census_on: date
    edition: int
    generated_at: datetime
    chapters: tuple[Chapter, ...]
    annex: tuple[FigureEntry, ...] = ()
    cover: tuple[CoverLine, ...] = ()
    site: str = ""
    places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_address(self.site)
        places = {entry.target: place for place, entry in enumerate(self.annex, start=1)}
        if len(places) != len(self.annex):
            raise ValueError("Two lines of the annex have one anchor. Give each its own.")
        object.__setattr__(self, "places", places)
        self._check_numbers()

    def _check_numbers(self) -> None:
        missing = sorted({n.target for n in self.numbers() if n.target not in self.places})
        if missing:
            raise ValueError(
                f"Printed without a line in the annex: {', '.join(missing)}. "
                "Add a FigureEntry for each."
            )

    def blocks(self) -> Iterator[Block]:
        """All blocks in reading order."""
        for chapter in self.chapters:
            yield from chapter.blocks
            for section in chapter.sections:
                yield from section.blocks

    def numbers(self) -> Iterator[FigureNumber]:
        """All computed numbers in reading order; one that is printed twice comes twice."""
        for block in self.blocks():
            for line in lines_of(block):
                yield from (run for run in line if isinstance(run, FigureNumber))

    def address(self, path: str) -> str:
        """A figure's address for readers away from the site; "" where the site is not known."""
        if urlsplit(path).scheme:
            return path
        return self.site.rstrip("/") + "/" + path.lstrip("/") if self.site and path else ""


def lines_of(block: Block) -> tuple[Runs, ...]:
    """Every tuple of runs that a block prints."""
    if isinstance(block, Paragraph):
        return (block.runs,)
    if isinstance(block, BulletList):
        return block.items
    if isinstance(block, Table):
        return tuple(cell for row in block.rows for cell in row)
    return ()
