"""Characters that a document may hold, and those that the font must draw."""

from __future__ import annotations

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from preceptor.reports.documents import pdf, text

RARE_IN_NAMES = "玥婳喆翀㛃䶮𬭎𫖯"


def typeset(words: str, weight: str = "regular") -> bytes | list[bytes] | None:
    """Set words as an archive PDF, which Typst refuses when a character has no glyph."""
    source = (
        '#set document(title: "x")\n#set text(font: "Noto Sans CJK SC", lang: "zh", '
        f'weight: "{weight}")\n#text(sys.inputs.words)'
    )
    compiler = typst.Compiler(font_paths=pdf.vendored_fonts(), ignore_system_fonts=True)
    return compiler.compile(
        input=source.encode(), format="pdf", sys_inputs={"words": words}, pdf_standards=["a-2a"]
    )


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_every_listed_character_has_a_glyph_in_both_weights(weight: str) -> None:
    firsts, lasts = text.drawn_ranges()
    listed = [chr(p) for a, b in zip(firsts, lasts, strict=True) for p in range(a, b + 1)]
    assert len(listed) > 31_000
    assert typeset("".join(listed), weight)


def test_the_typesetter_refuses_a_character_without_a_glyph() -> None:
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typeset("안녕")


def test_the_font_draws_all_of_gbk() -> None:
    pairs = (bytes((a, b)) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF))
    decoded = {pair.decode("gbk", errors="ignore") for pair in pairs}
    missing = {c for c in decoded if len(c) == 1 and c > "\x7f" and not text.is_drawn(c)}
    # One mathematical sign (≒) that no face of Noto Sans CJK SC draws.
    assert missing <= {"\u2252"}


def test_the_font_draws_characters_of_names_beyond_the_common_sets() -> None:
    assert all(map(text.is_drawn, RARE_IN_NAMES))


def test_a_character_without_a_glyph_is_named_and_not_lost() -> None:
    assert text.drawable("金안生") == "金〓(U+C548)生"
    assert text.drawable("\u2f00级") == "一级", "a radical stands for its character"


def test_control_and_direction_characters_leave_no_trace() -> None:
    assert text.printable("a\x00b\x0b\tc\u202e6\ufffe\ud800") == "ab c6"


@given(st.text())
def test_what_is_printed_is_text_that_xml_can_hold_and_the_font_can_draw(words: str) -> None:
    printed = text.drawable(words)
    assert text.printable(printed) == printed
    assert all(map(text.is_drawn, printed))
    printed.encode("utf-8")
