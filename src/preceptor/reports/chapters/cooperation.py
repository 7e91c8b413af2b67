"""What chapters 1, 3 and 4 say of platforms, postdoctoral stations, investigators and partners.

Each table stands only where the census has a row for it; where it has none, the section says so.
"""

from __future__ import annotations

from preceptor.institutions.choices import PlatformLevel

from ..documents.model import Block, Runs, Table, runs
from ..figures.naming import choice_words
from .blocks import capital, figure_table, sentence, waiting
from .reading import Reading

_PLATFORMS = ("platform.operating", "platform.construction")
_POSTDOCS = (
    ("统计时段初在站人数", "Postdocs in station before the year began", "postdoc.start"),
    ("本年进站", "Entered in the year", "postdoc.entered"),
    ("本年期满出站", "Left at the end of their term", "postdoc.exited"),
    ("本年提前出站", "Left before the end of their term", "postdoc.exited_early"),
    ("本年退站", "Withdrawn", "postdoc.withdrawn"),
    ("年末在站人数", "Postdocs in station at the end of the year", "postdoc.in_station"),
    ("近三年进站人数", "Entered within three years", "postdoc.entered_three_years"),
    ("近三年进站者在站率", "Share of three years' entries still in station", "postdoc.retained_pct"),
    ("博士后承担项目数", "Projects led by postdocs", "postdoc.projects"),
    ("博士后资助金额", "Money given to postdocs in the year", "postdoc.support"),
    ("在聘独立 PI", "Independent principal investigators appointed", "pi.appointed"),
    ("独立 PI 实验室", "Laboratories of independent investigators", "pi.laboratories"),
)  # fmt: skip


def platforms(reading: Reading) -> tuple[Block, ...]:
    """Platforms in operation and under construction on the day, by level."""
    found = {part for key in _PLATFORMS for part in reading.parts(key)}
    levels = [level for level in PlatformLevel.values if level in found]
    if not levels:
        return (_nothing(reading, "平台", "platforms"),)
    table = Table(
        (
            reading.name_column("级别", "Level"),
            reading.number_column("运行平台", "In operation"),
            reading.number_column("在建平台", "Under construction"),
        ),
        tuple(
            (
                runs(_words(reading, "platform.operating", level)),
                *(_count(reading, f"{key}.{level}") for key in _PLATFORMS),
            )
            for level in levels
        ),
        reading.say("科研与教学平台", "Platforms for research and training"),
        note=f"{reading.say('截至', 'as of')} {reading.written_day}",
    )
    return (table,)


def postdocs(reading: Reading) -> tuple[Block, ...]:
    """Stations, coverage of the disciplines, postdocs with their flow, independent investigators."""
    place = reading.everywhere
    n = reading.number
    if reading.figure("postdoc.in_station", place) is None:
        return (_nothing(reading, "博士后科研站点", "postdoctoral stations"),)
    covered, disciplines = n("station.covered", place), n("station.disciplines", place)
    inside = n("postdoc.in_station", place)
    if reading.language == "zh":
        lead = sentence(
            f"截至 {reading.written_day}，具有博士学位授权的一级学科 ", disciplines,
            " 个，其中已设博士后科研流动站的 ", covered, " 个；在站博士后 ", inside, " 人。",
        )  # fmt: skip
    else:
        lead = sentence(
            "First-level disciplines with a doctoral right: ", disciplines,
            f"; with a mobile postdoctoral station on {reading.written_day}: ", covered,
            ". Postdocs in station: ", inside, ".",
        )  # fmt: skip
    rows = [row for row in _POSTDOCS if reading.figure(row[2], place) is not None]
    caption = ("博士后科研站点与独立 PI", "Postdoctoral stations and independent investigators")
    return lead, figure_table(reading, caption, rows, place)


def exchange(reading: Reading) -> tuple[Block, ...]:
    """Partners abroad ever and active, agreements in force, joint events, persons abroad."""
    rest = waiting(
        reading,
        "研究生学术报告数据，待学术会议信息录入后生成。",
        "Trainees' talks wait for the register of conferences.",
    )
    place = reading.everywhere
    if reading.figure("joint.partners_ever", place) is None:
        return _nothing(reading, "合作协议", "agreements"), rest
    n = reading.number
    ever, countries_ever = n("joint.partners_ever", place), n("joint.countries_ever", place)
    active, countries = n("joint.partners_active", place), n("joint.countries_active", place)
    if reading.language == "zh":
        lead = sentence(
            f"截至 {reading.written_day}，与 ", countries_ever, " 个国家和地区的 ", ever,
            " 个境外单位签有合作协议；协议现行有效的境外单位 ", active, " 个，分布在 ", countries,
            " 个国家和地区。",
        )  # fmt: skip
    else:
        lead = sentence(
            "Agreements have ever been signed with ", ever, " partners abroad in ", countries_ever,
            f" countries; those in force on {reading.written_day} are with ", active,
            " partners in ", countries, " countries.",
        )  # fmt: skip
    tables = (
        _broken_down(reading, "joint.agreements", ("有效合作协议", "Agreements in force"),
                     ("协议类别", "Kind of agreement")),
        _broken_down(reading, "joint.events", ("本年与合作单位的共同活动", "Joint events of the year"),
                     ("活动类别", "Kind of event")),
    )  # fmt: skip
    return lead, *(table for table in tables if table is not None), rest


def _broken_down(
    reading: Reading, key: str, caption: tuple[str, str], head: tuple[str, str]
) -> Table | None:
    parts = reading.parts(key)
    if not parts:
        return None
    return Table(
        (reading.name_column(*head), reading.number_column("数量", "Number")),
        tuple(
            (
                runs(_words(reading, key, part)),
                reading.number(f"{key}.{part}", reading.everywhere),
            )
            for part in parts
        ),
        reading.say(*caption),
        note=reading.dated(f"{key}.{parts[0]}", reading.everywhere),
    )


def _count(reading: Reading, key: str) -> Runs:
    """The number of one part: where the others are on record and this is not, there is none."""
    place = reading.everywhere
    return runs("—") if reading.figure(key, place) is None else reading.number(key, place)


def _words(reading: Reading, key: str, part: str) -> str:
    return capital(choice_words(f"{key}.{part}", part, reading.language) or part)


def _nothing(reading: Reading, zh: str, en: str) -> Block:
    return waiting(
        reading,
        f"统计时点没有登记{zh}；登记后自动生成。",
        f"No {en} were on record on the day; once some are, this section is printed from them.",
    )
