"""Writing packs: a text that is read again is the same pack."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import preceptor.packs
from preceptor.policy import (
    Content,
    compose,
    load_content,
    load_pack_text,
    read_content,
    write_pack,
)
from preceptor.policy.hashing import content_hash
from small_packs import SCHEMA, pack_text, rule_text

PACKS = sorted(Path(preceptor.packs.__path__[0]).rglob("*.toml"))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_every_shipped_pack_written_and_read_again_is_the_same(path: Path) -> None:
    content = read_content(path.read_text(), str(path))
    again = read_content(write_pack(content))
    assert again == content
    assert content_hash(again) == content_hash(content)


def test_packs_are_shipped() -> None:
    assert PACKS


TEXTS = st.text(
    st.sampled_from("a中。\"'\\\n\r\t{}#[]=, ") | st.characters(exclude_categories=["Cs"]),
    max_size=30,
)
PLAIN = (
    TEXTS
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.dates(datetime.date(1, 1, 1))
    | st.decimals(allow_nan=False, allow_infinity=False, places=4)
    | st.integers(-9, 9).map(Decimal)
)
CONTENTS: st.SearchStrategy[Content] = st.dictionaries(
    TEXTS | st.sampled_from(["pack", "rule", "param"]),
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(CONTENTS)
def test_whatever_toml_can_hold_has_the_same_hash_after_writing(content: Content) -> None:
    assert content_hash(read_content(write_pack(content))) == content_hash(content)


def test_a_text_of_several_lines_is_written_as_such() -> None:
    wording = '第一条\n第二条 "引号" \\ 反斜线\n'
    content = load_pack_text(pack_text(rule_text("true")), SCHEMA).content
    whole = compose(content, {"source": {"law": {"clause": {"1": {"wording": wording}}}}})
    text = write_pack(whole)
    assert '"""\n第一条\n第二条' in text
    found = load_pack_text(text, SCHEMA)
    assert found.sources["law"].clauses["1"].wording == wording
    assert found.hash == load_content(whole, SCHEMA).hash


def test_line_ends_of_another_system_stay_what_they_are() -> None:
    content = {"pack": {"id": "a\r\nb\nc"}}
    assert read_content(write_pack(content)) == content


def test_the_parts_stand_in_the_order_in_which_a_pack_is_read() -> None:
    content = load_pack_text(pack_text(rule_text("true")), SCHEMA).content
    turned = dict(reversed(content.items()))
    text = write_pack(turned)
    heads = [text.index(head) for head in ("[pack]", "[source.", "[param.", "[fact.", "[[rule]]")]
    assert heads == sorted(heads)


def test_what_is_missing_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        write_pack({"pack": {"id": None}})
