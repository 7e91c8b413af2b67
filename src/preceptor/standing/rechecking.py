"""Some records of each round are judged again by the interpreter that defines the language."""

from __future__ import annotations

from datetime import date

from preceptor.policy import Verdict, reference

from .schema import SCHEMA
from .verdicts import Judged

#: How many records of a chunk are judged a second time.
SAMPLE = 3


class EvaluatorsDiffer(Exception):
    """The two evaluators give different answers: a fault of the product, so that what they say of
    these records is not stored."""


def recheck(judged: Judged, on: date) -> int:
    """Hold some of the verdicts to the reference interpreter; gives how many records.

    Which records is decided by the day and their number, so that a run can be repeated. Raises
    EvaluatorsDiffer with pack, rule, record and both answers.
    """
    size = len(judged.rows)
    places = {(on.toordinal() + n * size // SAMPLE) % size for n in range(SAMPLE)} if size else ()
    for place in places:
        _check(judged, place, on)
    return len(places)


def _check(judged: Judged, place: int, on: date) -> None:
    waived = [rule for rule, mask in judged.batch.waived.items() if mask[place]]
    defined = reference.evaluate(
        judged.pack, SCHEMA, judged.subject, judged.records[place], on, waived
    )
    for rule, said in defined.items():
        found = judged.result.verdict(rule, place), judged.result.missing(rule, place)
        if found != said:
            raise EvaluatorsDiffer(
                f"{judged.pack.id} {judged.pack.hash[:12]}, rule {rule}, {judged.subject} "
                f"{judged.rows[place].pk} on {on}: {_text(found)}, by definition {_text(said)}. "
                "What was stored of these records stays. Report this with the pack."
            )


def _text(answer: tuple[Verdict, list[str]]) -> str:
    verdict, missing = answer
    return f"{verdict} ({', '.join(missing)})" if missing else str(verdict)
