"""Explanations: why a record stands where it stands, in Chinese or English, from the evaluated tree."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from preceptor.policy.batch import Batch
from preceptor.policy.gaps import Gaps
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Bind, Parameter
from preceptor.policy.phrases import listed
from preceptor.policy.remedies import Part, failing, observed, offending, remedy
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.sources import Evidence
from preceptor.policy.tree import And, Or, walk
from preceptor.policy.types import day_number, day_of
from preceptor.policy.verdict import VERDICTS, Kind, Verdict
from preceptor.policy.wording import Wording


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A parameter that a rule used: its value for the record, from when it holds, and where it stands."""

    name: str
    title: str
    value: str
    since: datetime.date | None
    bind: Bind
    citation: str
    evidence: Evidence | None
    from_evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule for one record, in words.

    ``text`` says it all in one or two sentences; the other fields are its parts: ``missing`` the values
    that keep it open, ``rows`` the offending rows by name, ``needed`` what would make it pass.
    ``gate`` is the step that the rule holds back; None for a blocking rule that holds at once.
    ``date_note`` says when the rule was judged by another date than that of the event.
    """

    rule: str
    title: str
    kind: Kind
    gate: str | None
    verdict: Verdict
    text: str
    message: str
    missing: list[str]
    rows: list[str]
    needed: str | None
    citation: str
    evidence: Evidence
    parameters: list[ParameterUse]
    binding_date: datetime.date | None
    date_note: str | None


def explain(
    pack: Pack, batch: Batch, place: int, language: str, step: str | None = None
) -> list[Explanation]:
    """Every rule of the subject for one record of a batch; what blocks the next step comes first.

    ``step`` is the step that the record is about to take: its rules come before those of other gates.
    """
    run = Run(batch.part(place, place + 1))
    words = Wording(pack, run, language)
    found = [_Explainer(words, rule).explanation() for rule in pack.rules_of(batch.subject)]
    return sorted(found, key=lambda one: _order(one, step))


def _order(one: Explanation, step: str | None) -> tuple[int, int, int]:
    verdicts = (
        Verdict.FAIL, Verdict.PENDING, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE,
    )  # fmt: skip
    stops = one.verdict in (Verdict.FAIL, Verdict.PENDING)
    now = one.gate is None or one.gate == step or step is None
    weight = {"block": 0 if now else 1, "warn": 2, "inform": 3}[one.kind]
    return (0 if stops else 1), (weight if stops else 0), verdicts.index(one.verdict)


class _Explainer:
    def __init__(self, words: Wording, rule: Rule) -> None:
        self.words = words
        self.run = words.run
        self.rule = rule
        self.language = words.language
        self.verdict = VERDICTS[self.run.verdict(rule)[0]]
        self.parts = self._failing()

    def _failing(self) -> list[Part]:
        if self.verdict not in (Verdict.FAIL, Verdict.WAIVED):
            return []
        return failing(self.words, self.rule.require.tree)

    def explanation(self) -> Explanation:
        missing = self.missing() if self.verdict is Verdict.PENDING else []
        needed, message = self.needed(), self.message()
        citation = self.rule.citation.text(self.language)
        return Explanation(
            rule=self.rule.id,
            title=self.rule.title.within(self.language),
            kind=self.rule.kind,
            gate=self.rule.gate,
            verdict=self.verdict,
            text=self.text(message, needed, missing, citation),
            message=message,
            missing=missing,
            rows=self.rows(),
            needed=needed,
            citation=citation,
            evidence=self.rule.evidence,
            parameters=[self.use(parameter) for parameter in self.rule.parameters],
            binding_date=self.binding_date(),
            date_note=self.date_note(),
        )

    def text(self, message: str, needed: str | None, missing: list[str], citation: str) -> str:
        parts = [message, *([needed] if needed else [])]
        if missing:
            names = listed(missing, self.language)
            parts.append(self.words.say("missing", names=names))
        sentence = self.words.say("sentence", text=self.words.say("semicolon").join(parts))
        return self.words.say("sources", text=sentence, citation=citation)

    def message(self) -> str:
        if self.verdict is Verdict.NOT_APPLICABLE:
            return self.words.say("not_concerned", reason=self.reason())
        if self.verdict is not Verdict.PASS:
            return self.rule.message.fill(self.language, self.words.place)
        if self.rule.met is None:
            return self.rule.title.within(self.language)
        return self.rule.met.fill(self.language, self.words.place)

    def reason(self) -> str:
        day = self.run.days(self.rule.bind).code(0) if self.rule.dated else None
        since, until = self.rule.since, self.rule.until
        if day is not None and since is not None and day < day_number(since):
            return self.words.say("not_yet", day=since.isoformat())
        if day is not None and until is not None and day > day_number(until):
            return self.words.say("no_longer", day=until.isoformat())
        assert self.rule.when is not None
        parts = failing(self.words, self.rule.when.tree)
        return self.words.say("semicolon").join(observed(self.words, part) for part in parts)

    def needed(self) -> str | None:
        named = any(isinstance(part, And | Or) for part in walk(self.rule.require.tree))
        found = [remedy(self.words, part, named) for part in self.parts]
        return self.words.say("semicolon").join(dict.fromkeys(found)) if found else None

    def rows(self) -> list[str]:
        facts = [fact for part in self.parts for fact in offending(self.words, part)]
        names = [name for fact in facts for name in self.words.rows(fact)]
        return list(dict.fromkeys(names))

    def missing(self) -> list[str]:
        gaps = Gaps(self.run, self.rule)
        cells = [
            self._cell(rows, column, place)
            for (rows, column), mask in gaps.cells.items()
            for place in np.flatnonzero(mask).tolist()
        ]
        inside = {f"{rows}.{column}" for rows, column in gaps.cells}
        others = [self._absent(name) for name in gaps.records if name not in inside]
        return [*cells, *others]

    def _cell(self, rows: str, column: str, place: int) -> str:
        title = self.words.declared.title(f"{rows}.{column}").within(self.language)
        return self.words.say("cell", row=self.words.row(rows, place), column=title)

    def _absent(self, name: str) -> str:
        if name in self.words.facts:
            title = self.words.facts[name].title.within(self.language)
            return self.words.say("no_row", name=title)
        if name in self.words.pack.parameters:
            title = self.words.pack.parameters[name].title.within(self.language)
            return self.words.say("no_value", name=title)
        return self.words.declared.title(name).within(self.language)

    def use(self, parameter: Parameter) -> ParameterUse:
        day = self.run.days(parameter.bind).code(0)
        step = None if day is None else parameter.step_on(day)
        return ParameterUse(
            name=parameter.name,
            title=parameter.title.within(self.language),
            value=self.words.parameter(parameter),
            since=step.since if step else None,
            bind=parameter.bind,
            citation=step.citation.text(self.language) if step else "",
            evidence=step.evidence if step else None,
            from_evidence=step.from_evidence if step else None,
        )

    def binding_date(self) -> datetime.date | None:
        day = self.run.days(self.rule.bind).code(0)
        return None if day is None else day_of(day)

    def date_note(self) -> str | None:
        """Said only where the date decides: a dated rule, or a parameter bound to the event."""
        binds = {parameter.bind for parameter in self.rule.parameters}
        binds |= {self.rule.bind} if self.rule.dated else set()
        if "cohort" in binds and self.run.days("cohort").code(0) is None:
            return self.words.say("no_cohort")
        if "event" not in binds:
            return None
        dates, columns = self.words.declared.dates, self.run.batch.columns
        known = {role for role, name in dates.items() if columns[name].code(0) is not None}
        if "event" in known:
            return None
        day = day_of(self.run.days("event").code(0) or 0).isoformat()
        return self.words.say("planned_used" if "planned" in known else "today_used", day=day)
