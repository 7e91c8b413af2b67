"""The slider: which value is moved, what it counts to, and the whole range drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.policy import Pack
from preceptor.policy.units import with_unit
from preceptor.policy.wording import number_text
from preceptor.standing.access import HEADS
from preceptor.standing.editing.changes.parameter import DatedValue, ValueChange
from preceptor.standing.editing.desk import desk_of
from preceptor.standing.models import PackDraft
from preceptor.standing.preview.keeping import Kept
from preceptor.standing.preview.sides import Side, present_side
from preceptor.standing.preview.slider import ORDER, Counted, Slide, slides_of
from preceptor.web.shown.rule import bind_title

Shown = dict[str, Any]
FACTS = "preview.facts"
#: What is drawn, from the ground up; who is not concerned is left out.
DRAWN = ("pass", "waived", "pending", "fail")


@dataclass(frozen=True)
class Sliding:
    """A value chosen, on the facts of all records; `side` is what binds them."""

    kept: Kept
    side: Side
    slide: Slide
    code: int

    @property
    def value(self) -> Decimal:
        """The value chosen."""
        return self.slide.value_of(self.code)


def topic_key(slide: Slide) -> str:
    """What names a value that can be moved, in an address."""
    since = slide.step.since.isoformat()
    return f"{slide.rule.id}~{slide.parameter.name}~{since}"


def topics_of(pack: Pack, rule: str = "") -> list[tuple[str, str]]:
    """Every value that can be moved, to choose from; of one rule where it is named."""
    return [
        (topic_key(slide), _title(slide))
        for slide in slides_of(pack)
        if not rule or slide.rule.id == rule
    ]


def _title(slide: Slide) -> str:
    language = get_language() or ""
    return _("%(value)s, from %(day)s (%(rule)s)") % {
        "value": capfirst(slide.parameter.title.within(language)),
        "day": slide.step.since.isoformat(),
        "rule": slide.rule.title.within(language),
    }


def slide_asked(pack: Pack, topic: str, rule: str = "", base: Pack | None = None) -> Slide | None:
    """The value that the address names. Where it names none that can be moved: the first that the
    base does not have, else the first of the rule, or of the pack. None where there is none."""
    offered = [slide for slide in slides_of(pack) if not rule or slide.rule.id == rule]
    named = [slide for slide in offered if topic_key(slide) == topic]
    fresh = [slide for slide in offered if base is not None and not _stands_in(slide, base)]
    return next(iter(named or fresh or offered), None)


def _stands_in(slide: Slide, base: Pack) -> bool:
    held = base.parameters.get(slide.parameter.name)
    return held is not None and any(
        (step.since, step.value) == (slide.step.since, slide.step.value) for step in held.steps
    )


def code_asked(slide: Slide, text: str) -> int:
    """The value that the address asks for, else the one that stands in the pack."""
    assert isinstance(slide.step.value, int)
    try:
        value = Decimal(text)
    except InvalidOperation:
        return slide.step.value
    return slide.code_of(value) if value.is_finite() else slide.step.value


def text_of(slide: Slide, code: int) -> str:
    """A value as people write it, with its unit."""
    text = number_text(slide.kind, code, slide.parameter.unit)
    return with_unit(text, slide.parameter.unit).within(get_language() or "").strip()


def answer_of(sliding: Sliding) -> Shown:
    """What templates/preview/slide_answer.html takes: the counts at the value and at present."""
    slide, code = sliding.slide, sliding.code
    assert isinstance(slide.step.value, int)
    now, then = sliding.kept.counts(sliding.side, slide, [slide.step.value, code])
    return {
        "value": text_of(slide, code),
        "present": text_of(slide, slide.step.value),
        "is_present": code == slide.step.value,
        "counts": then,
        "present_counts": now,
        "difference": _difference(now, then),
    }


def _difference(now: Counted, then: Counted) -> list[Shown]:
    """How many more or fewer records have each verdict."""
    changes = {name: then[name] - now[name] for name in (verdict.value for verdict in ORDER)}
    return [
        {"verdict": name, "text": f"{change:+,}".replace("-", "−")}
        for name, change in changes.items()
        if change
    ]


def range_of(sliding: Sliding) -> Shown:
    """The whole range: stacked bars and the same as a table."""
    slide, codes = sliding.slide, list(sliding.slide.codes)
    counts = sliding.kept.counts(sliding.side, slide, codes)
    total = max((sum(found[name] for name in DRAWN) for found in counts), default=0)
    return {
        "width": len(codes),
        "height": max(total, 1),
        "bars": [_bar(place, found, total) for place, found in enumerate(counts)],
        "present": _place(codes, slide.step.value),
        "rows": [
            {"value": text_of(slide, code), "counts": [found[name] for name in DRAWN]}
            for code, found in zip(codes, counts, strict=True)
        ],
        "heads": DRAWN,
    }


def _place(codes: Sequence[int], value: object) -> float | None:
    """Where the present value stands in the drawing; between two bars where it is no step."""
    assert isinstance(value, int)
    if len(codes) < 2:
        return 0.5
    return (value - codes[0]) / (codes[1] - codes[0]) + 0.5


def _bar(place: int, found: Counted, total: int) -> Shown:
    parts, top = [], total
    for name in DRAWN:
        if found[name]:
            top -= found[name]
            parts.append({"verdict": name, "y": top, "height": found[name]})
    return {"x": place, "parts": parts}


def slider_shown(sliding: Sliding) -> Shown:
    """The range input with its bounds, what binds the value, the answer and the whole range."""
    slide, language = sliding.slide, get_language() or ""
    kind = slide.kind
    return {
        "rule": slide.rule.id,
        "rule_title": slide.rule.title.within(language),
        "title": capfirst(slide.parameter.title.within(language)),
        "since": slide.step.since,
        "bind": bind_title(slide.parameter.bind),
        "topic": topic_key(slide),
        "least": slide.value_of(kind.low),
        "most": slide.value_of(slide.codes[-1]),
        "least_text": text_of(slide, kind.low),
        "most_text": text_of(slide, slide.codes[-1]),
        "stride": slide.value_of(slide.codes.step),
        "number": sliding.value,
        "on": sliding.kept.on,
        "range": range_of(sliding),
        **answer_of(sliding),
    }


def ruled_by(user: Any, rule: str) -> tuple[Unit, Pack] | None:
    """The institution that the user speaks for as a whole, and its pack in force with the rule;
    None for everybody else, and for a rule that is not in force there."""
    reach = scope(user)
    place = reach.institution
    if place is None or place.pk not in reach.institutions or not reach.kinds & set(HEADS):
        return None
    packs = (one.pack for one in present_side(place, today()).bindings)
    found = next((pack for pack in packs if rule in pack.rules), None)
    return (place, found) if found is not None else None


def may_move(user: Any, pack: Pack, rule: str) -> bool:
    """Whether the user may move a value of the rule over everybody, and it has one; no query."""
    reach = scope(user)
    speaks = bool(reach.institutions) and bool(reach.kinds & set(HEADS))
    return speaks and any(slide.rule.id == rule for slide in slides_of(pack))


def facts_job(institution: Unit, pack: Pack) -> Job | None:
    """The work on the facts of the pack, while it waits or runs."""
    asked = Job.objects.filter(
        task=FACTS, arguments__kwargs__institution=institution.pk,
        arguments__kwargs__pack=pack.id, state__in=(JobState.QUEUED, JobState.RUNNING),
    )  # fmt: skip
    return asked.order_by("-pk").first()


def value_change(draft: PackDraft, slide: Slide, code: int) -> ValueChange:
    """The step that sets the value of its day in the draft; its citation stays as it is."""
    values = desk_of(draft).content["param"][slide.parameter.name]["values"]
    held = next(value for value in values if value["from"] == slide.step.since)
    number = slide.value_of(code)
    value = DatedValue(
        slide.step.since, number if slide.kind.scale else int(number), held["cite"],
        held.get("evidence", ""), held.get("from_evidence", ""),
    )  # fmt: skip
    return ValueChange(slide.parameter.name, value)
