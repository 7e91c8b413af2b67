"""Figures in words: what one counts, of whom, over which records, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import override

from preceptor.fellows.choices import IntakeSource, StationKind, Track, Verdict
from preceptor.institutions.choices import PlatformLevel
from preceptor.joint.choices import AgreementKind, EventKind
from preceptor.research.choices import ProjectLevel

from ..models import FigureValue
from .figure import Quotient
from .registry import definition_of

Language = Literal["zh", "en"]
UNKNOWN: dict[Language, str] = {"zh": "未登记", "en": "not on record"}

_UNITS: dict[str, tuple[str, str]] = {
    "person": ("人", "persons"),
    "person_time": ("人次", "attempts"),
    "count": ("个", ""),
    "paper": ("篇", "theses"),
    "copy": ("份", "copies"),
    "ratio": ("", ""),
    "percent": ("%", "%"),
    "year": ("年", "year"),
    "hour": ("学时", "hours"),
    "credit": ("学分", "credits"),
    "item": ("件", ""),
    "day": ("天", "days"),
    "cny": ("元", "CNY"),
}
_STEPS: dict[str, tuple[str, str]] = {
    "proposal": ("开题", "thesis proposal"),
    "midterm": ("中期考核", "mid-term assessment"),
    "clinical_exam": ("临床能力考核", "clinical competence assessment"),
    "predefence": ("预答辩", "pre-defence"),
    "defence": ("答辩", "defence"),
    "period": ("学籍异动", "changes of study"),
    "degree_award": ("学位授予", "award of the degree"),
    "appeal_academic": ("学术复核", "academic review"),
    "appeal_decision": ("决定复核", "review of a decision"),
    "degree": ("学位评定委员会", "degree evaluation committee"),
    "degree_sub": ("学位评定分委员会", "degree evaluation sub-committee"),
    "teaching_supervision": ("教学督导委员会", "teaching-supervision committee"),
    "guidance": ("导师指导委员会", "guidance committee"),
    "academic": ("学术委员会", "academic committee"),
    "talent_training": ("人才培养委员会", "talent-training committee"),
    "education": ("教育委员会", "education committee"),
    "instrument": ("仪器设备委员会", "instrument committee"),
}


def _choices(choices: type[TextChoices]) -> dict[str, tuple[str, str]]:
    """The words of a list of choices in both languages."""
    words: dict[str, tuple[str, str]] = {}
    for choice in choices:
        with override("zh-hans"):
            zh = str(choice.label)
        with override("en"):
            words[choice.value] = (zh, str(choice.label))
    return words


#: For figures by their first word or whole key, the choices that their parts are values of.
_PARTS: dict[str, type[TextChoices]] = {
    "postdoc.entered_by_track": Track,
    "postdoc.in_station_by_track": Track,
    "postdoc.entered_by_source": IntakeSource,
    "postdoc.projects_by_level": ProjectLevel,
    "station.open": StationKind,
    "pi.verdicts": Verdict,
    "joint.agreements": AgreementKind,
    "joint.events": EventKind,
    "platform.operating": PlatformLevel,
    "platform.construction": PlatformLevel,
}


def choices_of(key: str) -> list[str]:
    """The values that a figure may be broken down by, in their order; none for any other figure."""
    choices = _PARTS.get(key)
    return [] if choices is None else list(choices.values)


def choice_words(key: str, part: str, language: Language) -> str:
    """The part of a figure that is broken down by a list of choices; empty for any other."""
    definition = definition_of(key)
    choices = _PARTS.get(definition.key) if definition is not None else None
    found = _choices(choices).get(part) if choices is not None else None
    return _in(language, found) if found else ""


def _in(language: Language, pair: tuple[str, str]) -> str:
    return pair[0] if language == "zh" else pair[1]


def unit_words(unit: str, language: Language) -> str:
    """The unit of a figure as printed."""
    return _in(language, _UNITS.get(unit, (unit, unit)))


def step_words(kind: str, language: Language) -> str:
    """A milestone, the stage of a panel, a kind of request or of body, as printed."""
    return _in(language, _STEPS.get(kind, (kind, kind)))


def part_of(key: str) -> str:
    """What a key breaks its figure down by; empty for a whole figure."""
    definition = definition_of(key)
    return "" if definition is None else key[len(definition.key) + 1 :]


def title_of(key: str, language: Language, names: Mapping[str, str] | None = None) -> str:
    """What the figure counts; the part by the name given for it, else by the key's own word."""
    definition = definition_of(key)
    if definition is None:
        return key
    title = definition.title_zh if language == "zh" else definition.title_en
    part = part_of(key)
    if not part:
        return title
    name = (
        (names or {}).get(part) or choice_words(key, part, language) or step_words(part, language)
    )
    return f"{title}：{name}" if language == "zh" else f"{title}: {name}"


def population_of(key: str, language: Language) -> str:
    """Of whom the figure speaks; empty for one that is no longer defined."""
    definition = definition_of(key)
    if definition is None:
        return ""
    return definition.population_zh if language == "zh" else definition.population_en


def sql_of(key: str) -> str:
    """How the figure is computed; of a quotient the keys of what is divided."""
    definition = definition_of(key)
    if isinstance(definition, Quotient):
        return f"{definition.dividend} / {definition.divisor} * {definition.factor}"
    return "" if definition is None else definition.sql.strip()


def note_words(note: str, language: Language) -> str:
    """What a figure's note says: what was divided, or how many records could not be judged."""
    name, _, text = note.partition("=")
    if name == "of":
        return text.replace("/", " ÷ ")
    if name == "uncounted":
        words = (
            f"另有 {text} 条记录因信息缺失未计入",
            f"{text} more could not be counted because a value is missing",
        )
        return _in(language, words)
    return note


def figure_words(figure: FigureValue, language: Language) -> str:
    """The figure's value as printed; a dash for a share of nothing, words for what is unknown."""
    if figure.value is None and figure.note.startswith("of="):
        return "—"
    return written(figure.value, figure.key, language)


def written(value: Decimal | None, key: str, language: Language) -> str:
    """The value as printed, a ratio as 2.2:1; words where it is unknown."""
    if value is None:
        return UNKNOWN[language]
    definition = definition_of(key)
    is_ratio = definition is not None and definition.unit == "ratio"
    return f"{digits(value, key)}:1" if is_ratio else digits(value, key)


def digits(value: Decimal, key: str) -> str:
    """The number as printed: a quotient to its places, others exact without needless noughts."""
    definition = definition_of(key)
    if isinstance(definition, Quotient):
        return f"{value:.{definition.decimals}f}"
    return f"{value.normalize():f}"
