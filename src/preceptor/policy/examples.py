"""The examples of a pack: each rule ships records that pass, fail and stay pending."""

from __future__ import annotations

from preceptor.policy.batch import Batch
from preceptor.policy.errors import BatchError, PackError
from preceptor.policy.evaluate import evaluate
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Example, Rule
from preceptor.policy.verdict import Verdict

WANTED = (Verdict.PASS, Verdict.FAIL, Verdict.PENDING)


def check_examples(pack: Pack) -> None:
    """Run every example. Raises PackError for the first that gives another verdict, or is absent."""
    for rule in pack.rules.values():
        given = {example.verdict for example in rule.examples}
        for verdict in WANTED:
            if verdict not in given:
                raise PackError("example_absent", verdict=verdict.value).placed(f"rule {rule.id}")
        for place, example in enumerate(rule.examples, start=1):
            _check(pack, rule, example, f"rule {rule.id}, example {place}")


def _check(pack: Pack, rule: Rule, example: Example, where: str) -> None:
    try:
        found = verdict_of(pack, rule, example)
    except BatchError as fault:
        raise PackError("example_unfit", reason=fault.message).placed(where) from None
    if found is not example.verdict:
        wanted = example.verdict.value
        raise PackError("example_differs", wanted=wanted, found=found.value).placed(where)


def verdict_of(pack: Pack, rule: Rule, example: Example) -> Verdict:
    """The verdict that the evaluator gives for an example. Raises BatchError for an unfit record."""
    batch = Batch.from_records(pack.schema, rule.subject, [example.record], example.on)
    return evaluate(pack, batch, rules=(rule.id,)).verdict(rule.id, 0)
