"""A small pack and overlays of it, for tests of how packs are laid over each other."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from preceptor.policy import Content, Pack, load_pack_text
from small_packs import SCHEMA, pack_text, rule_text

EXAMPLES = (
    '[{ verdict = "pass", record = { n = 9 } }, { verdict = "fail", record = { n = 0 } }, '
    '{ verdict = "pending", record = {} }]'
)
BASE_TEXT = pack_text(
    rule_text("n >= least", id='"first"', gate='"award"', example=EXAMPLES),
    rule_text("n >= 1 && size >= 0", id='"second"'),
)
BASE = load_pack_text(BASE_TEXT, SCHEMA, "base.toml")
HEAD = """[pack]
extends = { id = "test/small" }
"""


def overlaid(text: str, base: Pack = BASE, strict: bool = False) -> Pack:
    """The pack of an overlay, laid over the small one."""
    return load_pack_text(HEAD + text, SCHEMA, "overlay.toml", strict, base)


NAMES = st.sampled_from(["least", "cohort_least", "ceiling"])
DAYS = st.sampled_from([date(2019, 1, 1), date(2020, 1, 1), date(2023, 1, 1), date(2027, 9, 1)])
VALUES = st.lists(
    st.fixed_dictionaries({"from": DAYS, "value": st.integers(1, 5), "cite": st.just("law")}),
    min_size=1,
    max_size=3,
    unique_by=lambda value: value["from"],
)
OVERLAYS: st.SearchStrategy[Content] = st.fixed_dictionaries(
    {},
    optional={
        "pack": st.fixed_dictionaries(
            {"extends": st.just({"id": "test/small"})},
            optional={"version": st.sampled_from(["2", "3"]), "id": st.just("other/small")},
        ),
        "param": st.dictionaries(
            NAMES,
            st.fixed_dictionaries(
                {}, optional={"values": VALUES, "evidence": st.sampled_from(["S", "R"])}
            ),
        ),
        "fact": st.just({"case": {"size": {"count": "marks"}, "more": {"count": "parts"}}}),
        "source": st.just({"law": {"url": "https://law.example", "title": {"en": "Other"}}}),
        "rule": st.lists(
            st.fixed_dictionaries(
                {"id": st.sampled_from(["first", "second"])},
                optional={
                    "kind": st.sampled_from(["warn", "inform"]),
                    "require": st.sampled_from(["n > 4", "size >= least"]),
                    "examples_anew": st.booleans(),
                    "example": st.lists(
                        st.fixed_dictionaries(
                            {
                                "verdict": st.just("pass"),
                                "record": st.fixed_dictionaries({"n": st.integers(5, 9)}),
                            }
                        ),
                        max_size=2,
                        unique_by=str,
                    ),
                },
            ),
            max_size=2,
            unique_by=lambda rule: rule["id"],
        ),
    },
)
