"""On which platforms postdocs work: of both institutions every second one whose discipline has a
platform. Invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preceptor.fellows.models import PlatformPlace
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, PlatformSpan

from .fellows.catalogue import DISCIPLINES, Academic
from .fellows.chengling import BIOLOGY, STATIONS, Chengling
from .fellows.postdocs import Written
from .stage import Stage

#: Platforms in operation by the key of the discipline.
Platforms = Mapping[int, Sequence[int]]


def write_chengling_platforms(stage: Stage, academic: Academic, place: Chengling) -> Platforms:
    """A key laboratory of the city for each discipline of the second institution, as old as its
    station."""
    found: dict[int, list[int]] = {}
    for number, (code, unit, _year, opened) in enumerate(STATIONS, start=1):
        if code == BIOLOGY:
            continue
        zh, en = DISCIPLINES[code]
        key = stage.batch.add(
            Platform, institution_id=place.root, unit_id=place.units[unit],
            code=f"CL-PL{number:02}", kind=PlatformKind.KEY_LABORATORY, level=PlatformLevel.CITY,
            discipline_id=academic[code], name_zh=f"澄岭{zh}重点实验室",
            name_en=f"Chengling Key Laboratory of {en}", approved_on=opened,
            approval=f"示例批文〔{opened.year}〕{number + 60}号",
        )  # fmt: skip
        stage.batch.add(
            PlatformSpan, platform_id=key, state=PlatformState.OPERATING, valid_from=opened
        )
        found[academic[code]] = [key]
    return found


def place_postdocs(stage: Stage, platforms: Platforms, postdocs: Sequence[Written]) -> None:
    """Every second one works on a platform of the own discipline since the entry."""
    for number, one in enumerate(postdocs):
        held = platforms.get(one.term.place.discipline or 0)
        if number % 2 or not held:
            continue
        stage.batch.add(
            PlatformPlace, postdoc_id=one.key, platform_id=held[number // 2 % len(held)],
            valid_from=one.term.entered_on,
        )  # fmt: skip
    stage.batch.write("platforms of postdocs")
