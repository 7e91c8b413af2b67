"""Chapter 5: what the degree point gives to science, economy and culture."""

from __future__ import annotations

from ..documents.model import Chapter
from .blocks import section, waiting
from .reading import Reading


def chapter(reading: Reading) -> Chapter:
    """Three sections that wait for registers not kept yet."""
    science = waiting(
        reading,
        "成果转化合同与质控中心等数据，待成果转化、荣誉等信息录入后生成。",
        "Contracts of translation and quality-control centres wait for the registers of "
        "translation and honours.",
    )
    economy = waiting(
        reading,
        "医联体、培训与健康服务数据，待社会服务信息录入后生成。",
        "Alliances, training for others and health services wait for the register of services.",
    )
    culture = waiting(
        reading,
        "科普基地与文化活动，待活动信息录入后生成。",
        "Science bases and cultural activities wait for the register of activities.",
    )
    return Chapter(
        reading.say("五", "5"),
        reading.say("服务贡献", "Contribution"),
        (
            section(reading, 5, 1, ("科技进步", "Science and technology"), science),
            section(reading, 5, 2, ("经济发展", "Economy and health"), economy),
            section(reading, 5, 3, ("文化建设", "Culture"), culture),
        ),
    )
