"""Changes of the clinical doctorate's pack, as an office would plan them."""

from __future__ import annotations

from preceptor.policy import Pack, load_pack_text
from preceptor.standing.packs import find
from preceptor.standing.schema import SCHEMA

PACK = "yunting/clinical-doctorate"
HEAD = f'[pack]\nextends = {{ id = "{PACK}" }}\n'

#: Fewer clinical months, a stricter ceiling, other sizes of committees, and one rule gone.
CHANGED = (
    HEAD
    + """
[param.clinical_months]
values = [{ from = 2015-09-01, value = 18, cite = "report2023 四(五)", from_evidence = "R" }]
[param.similarity_max]
values = [{ from = 2000-01-01, value = "0.02", cite = "report2023 四(七)", from_evidence = "R" }]
[param.midterm_sizes]
values = [{ from = 2000-01-01, value = [5], cite = "report2023 四(四)2", from_evidence = "R" }]
[[rule]]
id = "training.chief"
drop = true
[[rule]]
id = "training.any"
subject = "enrolment"
kind = "inform"
title = { zh = "已开始临床训练", en = "Clinical training has begun" }
cite = "report2023 四(五)"
evidence = "R"
require = "clinical >= 1"
message = { zh = "已完成 {clinical} 个月", en = "{clinical} months so far" }
"""
)


def months(value: int, since: str = "2015-09-01", base: str = PACK) -> str:
    """An overlay that asks for so many clinical months of cohorts from a day on."""
    return (
        f'[pack]\nextends = {{ id = "{base}" }}\n[param.clinical_months]\n'
        f'values = [{{ from = {since}, value = {value}, cite = "report2023 四(五)" }}]\n'
    )


def laid(overlay: str) -> Pack:
    """The pack that ships with an overlay laid over it."""
    return load_pack_text(overlay, SCHEMA, base=find(PACK))
