"""Explanations: why a record stands where it stands, in Chinese or English, from the evaluated tree."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from preceptor.policy.batch import Batch
from preceptor.policy.gaps import Gaps
from preceptor.policy.head import LAYER_TITLES, LAYERS, Layer
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Bind, Parameter
from preceptor.policy.phrases import listed
from preceptor.policy.remedies import Part, failing, observed, offending, remedy
from preceptor.policy.rules import Rule, parameters_in
from preceptor.policy.run import Run
from preceptor.policy.sources import Evidence
from preceptor.policy.tree import And, Or, walk
from preceptor.policy.types import day_number, day_of
from preceptor.policy.verdict import VERDICTS, Kind, Verdict, WaiverNote
from preceptor.policy.wording import Wording

# What a reader must deal with comes first: fails and open answers, those of blocking rules before all.
ORDER = (Verdict.FAIL, Verdict.PENDING, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE)
STOPPING = ORDER[:2]
WEIGHTS: dict[Kind, int] = {"block": 0, "warn": 2, "inform": 3}


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A parameter that a rule used: its value for the record, from when it holds, and where it stands.

    ``layer`` and ``pack`` say who set the value; None where no value holds.
    """

    name: str
    title: str
    value: str
    since: datetime.date | None
    bind: Bind
    citation: str
    evidence: Evidence | None
    from_evidence: Evidence | None
    layer: Layer | None
    pack: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule for one record, in words.

    ``text`` says it all in one or two sentences; the other fields are its parts: ``missing`` the values
    that keep it open, ``rows`` the offending rows by name, ``needed`` what would make it pass.
    ``gate`` is the step that the rule holds back; None for a blocking rule that holds at once.
    ``date_note`` says when the rule was judged by another date than that of the event. ``waiver`` is
    filled by who keeps the waivers, where one lets the fail stand.

    ``layer`` and ``pack`` say whose rule it is. ``decided_by`` is the value that decided, with its own
    citation and layer: of the parts that fail (else of the whole rule) the one set by the lowest layer;
    None for a rule without parameters.
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
    layer: Layer
    pack: str
    decided_by: ParameterUse | None
    waiver: WaiverNote | None = None


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
    if one.verdict not in STOPPING:
        return 1, 0, ORDER.index(one.verdict)
    now = one.gate is None or one.gate == step or step is None
    weight = WEIGHTS[one.kind] if now or one.kind != "block" else 1
    return 0, weight, ORDER.index(one.verdict)


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
        citation = self.words.kept(
            "citation", self.rule.id, 0, lambda: self.rule.citation.text(self.language)
        )
        uses = [self.use(parameter) for parameter in self.rule.parameters]
        return Explanation(
            rule=self.rule.id,
            title=self.rule.title.within(self.language),
            kind=self.rule.kind,
            gate=self.rule.gate,
            verdict=self.verdict,
            text=self.text(message, needed, missing, self.cited(citation, uses)),
            message=message,
            missing=missing,
            rows=self.rows(),
            needed=needed,
            citation=citation,
            evidence=self.rule.evidence,
            parameters=uses,
            binding_date=self.binding_date(),
            date_note=self.date_note(),
            layer=self.words.pack.layer,
            pack=self.words.pack.id,
            decided_by=self.decided_by(uses),
        )

    def cited(self, citation: str, uses: list[ParameterUse]) -> str:
        """The citation of the rule, and those of values that packs of lower layers set."""
        for use in uses:
            if use.layer is not None and use.pack != self.words.pack.id:
                layer = LAYER_TITLES[use.layer].within(self.language)
                citation = self.words.say(
                    "set_below", citation=citation, layer=layer, other=use.citation
                )
        return citation

    def decided_by(self, uses: list[ParameterUse]) -> ParameterUse | None:
        """The value that decided; of several the one set by the lowest layer."""
        if self.parts:
            nodes = [node for part in self.parts for node in walk(part.node)]
            names = {parameter.name for parameter in parameters_in(nodes)}
            uses = [use for use in uses if use.name in names] or uses
        if len(uses) < 2:
            return uses[0] if uses else None
        return max(uses, key=lambda use: LAYERS.index(use.layer) if use.layer else -1)

    def text(self, message: str, needed: str | None, missing: list[str], citation: str) -> str:
        parts = [message, *([needed] if needed else [])]
        if missing:
            names = listed(missing, self.language)
            parts.append(self.words.say("missing", names=names))
        whole = message if len(parts) == 1 else self.words.say("semicolon").join(parts)
        sentence = self.words.say("sentence", text=whole)
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
        if not self.parts:
            return None
        named = any(isinstance(part, And | Or) for part in walk(self.rule.require.tree))
        found = [remedy(self.words, part, named) for part in self.parts]
        return self.words.say("semicolon").join(dict.fromkeys(found))

    def rows(self) -> list[str]:
        if not self.parts:
            return []
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
        place = self.words.step(parameter)
        return self.words.kept(
            "use",
            parameter.name,
            -1 if place is None else place,
            lambda: self._use(parameter, place),
        )

    def _use(self, parameter: Parameter, place: int | None) -> ParameterUse:
        step = None if place is None else parameter.steps[place]
        return ParameterUse(
            name=parameter.name,
            title=parameter.title.within(self.language),
            value=self.words.parameter(parameter),
            since=step.since if step else None,
            bind=parameter.bind,
            citation=step.citation.text(self.language) if step else "",
            evidence=step.evidence if step else None,
            from_evidence=step.from_evidence if step else None,
            layer=step.layer if step else None,
            pack=step.pack if step else None,
        )

    def binding_date(self) -> datetime.date | None:
        return self.words.day(self.rule.bind)

    def date_note(self) -> str | None:
        """Said only where the date decides: a dated rule, or a parameter bound to the event."""
        binds = self.words.kept("binds", self.rule.id, 0, self._binds)
        if not binds:
            return None
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

    def _binds(self) -> set[Bind]:
        binds = {parameter.bind for parameter in self.rule.parameters}
        return binds | {self.rule.bind} if self.rule.dated else binds
