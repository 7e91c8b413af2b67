"""The whole report in one language."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as dt_timezone

from django.utils import timezone

from ..documents.model import CoverLine, Document, Language
from ..models import Census
from . import completeness, contribution, goals, reconciliation, situation, strength, training
from .reading import read


def _known_at(census: Census) -> datetime:
    """The instant of the freeze on the institution's clock, with its offset spelled out."""
    local = timezone.localtime(census.known_at).replace(microsecond=0)
    return local.replace(tzinfo=dt_timezone(local.utcoffset() or timedelta()))


def assemble(census: Census, language: Language) -> Document:
    """The yearly report of the census as a document; the same census gives the same document.

    Raises RuleBroken when the census holds no degree point for the professional doctorate.
    """
    reading = read(census, language)
    place, year = census.institution, census.day.year
    chapters = (
        situation.preface(reading),
        situation.chapter(reading),
        goals.chapter(reading),
        strength.chapter(reading),
        training.chapter(reading),
        contribution.chapter(reading),
        reconciliation.chapter(reading),
        completeness.chapter(reading),
    )
    return Document(
        title=reading.say(
            f"{place.name_zh}学位授权点建设年度报告", f"{place.name_en}: yearly report of the degree point"
        ),
        subtitle=reading.say(f"（{year} 年）", str(year)),
        institution=reading.say(place.name_zh, place.name_en),
        language=language, year=year, census_on=census.day, edition=census.edition,
        generated_at=_known_at(census), chapters=chapters, annex=tuple(reading.printed.values()),
        cover=(
            CoverLine(reading.say("学位授权点", "Degree point"), reading.point.name),
            CoverLine(reading.say("代码", "Code"), reading.point.discipline),
        ),
    )  # fmt: skip
