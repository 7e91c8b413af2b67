"""Rebuild the Chinese font of the PDF reports from the Noto Sans CJK collections.

Needs `pip install fonttools` in an environment of its own and the two collections, which Debian's
package fonts-noto-cjk installs. The result depends on the collections and on fonttools alone: the
same input gives the same bytes.

    python tools/font.py [--collections FOLDER] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

COLLECTIONS = Path("/usr/share/fonts/opentype/noto")
OUT = Path(__file__).resolve().parents[1] / "src" / "preceptor" / "reports" / "fonts"
FACE = "Noto Sans CJK SC"
# Version 2.004 of the collections, as Debian 12 ships it.
SHA256 = {
    "Regular": "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
    "Bold": "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
}
# Latin with its accents, then punctuation, arrows, mathematical and technical signs, among them
# the minus sign and the geta mark (〓) that stands for a character without a glyph.
SIGNS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2060), *range(0x2070, 0x2800)}
SIGNS |= set(range(0x3000, 0x3040))
# The unified ideographs with extension A, and those of the supplementary planes that the font
# draws: together all characters of the General Standard Chinese Characters (2013).
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))


def characters_of(codec: str, low: int) -> set[int]:
    """Code points of a double-byte Chinese character set; `low` is its lowest second byte."""
    pairs = (bytes((first, second)) for first in range(0x81, 0xFF) for second in range(low, 0xFF))
    decoded = (pair.decode(codec, errors="ignore") for pair in pairs)
    return {ord(character) for character in decoded if len(character) == 1}


def wanted(weight: str, drawn: set[int]) -> set[int]:
    """Code points to keep: every Chinese character in Regular, those of GB 2312 in Bold.

    Where a bold word holds a rarer character, Typst takes it from Regular.
    """
    if weight == "Bold":
        return (SIGNS | characters_of("gb2312", 0xA1)) & drawn
    ideographs = {point for first, last in IDEOGRAPHS for point in drawn if first <= point <= last}
    return (SIGNS | characters_of("gbk", 0x40) | ideographs) & drawn


def face_of(collection: Path, weight: str) -> TTFont:
    """The Simplified Chinese face of a collection; exit with a message when it is another file."""
    found = hashlib.sha256(collection.read_bytes()).hexdigest()
    if found != SHA256[weight]:
        sys.exit(
            f"{collection}: not the expected version of the collection (SHA-256 {found}). "
            "Check its licence and coverage, then change SHA256 in tools/font.py."
        )
    names = {FACE, f"{FACE} {weight}"}
    fonts = TTCollection(str(collection), lazy=True).fonts
    return next(font for font in fonts if font["name"].getDebugName(4) in names)


def options() -> subset.Options:
    """Subsetting choices: outlines untouched, no hinting, no vertical setting."""
    chosen = subset.Options()
    chosen.layout_features = ["kern", "ccmp", "mark", "mkmk"]
    chosen.hinting = False
    chosen.notdef_outline = True
    chosen.name_IDs = ["*"]
    chosen.recalc_timestamp = False
    chosen.drop_tables += ["VORG", "vhea", "vmtx", "BASE"]
    return chosen


def build(collection: Path, weight: str, out: Path) -> set[int]:
    """Write one weight; gives the code points that it draws."""
    font = face_of(collection, weight)
    font.recalcTimestamp = False
    kept = wanted(weight, set(font.getBestCmap()))
    subsetter = subset.Subsetter(options())
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)
    font.save(out)
    print(f"{out.name}: {len(kept)} characters, {out.stat().st_size / 1e6:.2f} MB")
    return kept


def ranges(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring code points, first and last, in order."""
    first = last = -1
    for point in sorted(points):
        if point != last + 1 and last >= 0:
            yield first, last
        if point != last + 1 or last < 0:
            first = point
        last = point
    if last >= 0:
        yield first, last


def main() -> None:
    """Build both weights and the list of characters that the writers consult."""
    parser = argparse.ArgumentParser(description="Rebuild the Chinese font of the PDF reports.")
    parser.add_argument("--collections", type=Path, default=COLLECTIONS)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    drawn = {
        weight: build(
            chosen.collections / f"NotoSansCJK-{weight}.ttc",
            weight,
            chosen.out / f"NotoSansCJKsc-{weight}.otf",
        )
        for weight in SHA256
    }
    lines = [f"{first:X}-{last:X}\n" for first, last in ranges(drawn["Regular"])]
    (chosen.out / "coverage.txt").write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main()
