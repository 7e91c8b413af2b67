"""The verdicts of a pack on one record, for tests of the packs that ship."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from preceptor.policy import Batch, Pack, Verdict, evaluate, reference
from preceptor.standing.schema import SCHEMA


def judge(pack: Pack, subject: str, record: Mapping[str, Any], on: date) -> dict[str, Verdict]:
    """The verdict of each rule of the subject, held to the reference interpreter."""
    result = evaluate(pack, Batch.from_records(SCHEMA, subject, [record], on))
    found = {rule: result.verdict(rule, 0) for rule in result.verdicts}
    expected = reference.evaluate(pack, SCHEMA, subject, record, on)
    assert found == {rule: verdict for rule, (verdict, _missing) in expected.items()}
    return found
