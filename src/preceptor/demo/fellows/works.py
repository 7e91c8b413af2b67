"""What came of the postdocs of the second institution: papers, patents, contracts of translation.

No source gives these numbers: they are invented, so that the cycle of people, disciplines and hospital
has something to show beside the projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from preceptor.research.models import (
    Authorship,
    Contributor,
    Inventor,
    Paper,
    Patent,
    Translation,
)

from ..stage import CENSUS, Stage
from .chengling import Chengling
from .postdocs import Written

_SUBJECTS = (
    "免疫细胞分型", "心肌能量代谢", "肠道菌群", "神经血管单元", "骨再生材料", "影像组学", "先导化合物",
    "人群队列", "口腔微生态", "康复护理",
)  # fmt: skip
_JOURNALS = ("示例医学学报", "示例基础医学杂志", "Example Journal of Medicine")
#: From so many days in station on something is published; a patent takes longer, a contract longest.
FIRST_PAPER, FIRST_PATENT, FIRST_CONTRACT = 150, 240, 330
#: Days between two papers of one postdoc, at least and at most.
APART = (170, 420)
#: Every so manieth postdoc has a patent, or a part in a contract.
PATENT_OF, CONTRACT_OF = 7, 43
GRANTED_AFTER = timedelta(days=420)
#: Of a contract the postdoc has this share, the supervisor the rest, in hundredths of a per cent.
SHARE = 3500
CHUNK = 500


def write_works(stage: Stage, place: Chengling, postdocs: Sequence[Written]) -> None:
    """Works of each postdoc within the own time in station, none after the census day."""
    random = stage.stream("chengling works")
    for number, one in enumerate(postdocs, start=1):
        _write_papers(stage, random, place, one, number)
        if number % PATENT_OF == 0:
            _write_patent(stage, random, place, one, number)
        if number % CONTRACT_OF == 0:
            _write_contract(stage, random, place, one, number)
        if number % CHUNK == 0:
            stage.batch.write("works of postdocs")
    stage.batch.write("works of postdocs")


def _last(one: Written) -> date:
    """The last day in station by the census day."""
    left = one.term.left_on
    return CENSUS if left is None or left > CENSUS else left - timedelta(days=1)


def _write_papers(
    stage: Stage, random: Random, place: Chengling, one: Written, number: int
) -> None:
    day, written = one.term.entered_on + timedelta(days=FIRST_PAPER), 0
    day += timedelta(days=random.randint(0, APART[1]))
    while day <= _last(one):
        written += 1
        key = stage.batch.add(
            Paper, institution_id=place.root, number=f"CLW{number:05}-{written}",
            title=f"{random.choice(_SUBJECTS)}研究", journal=random.choice(_JOURNALS),
            published_on=day,
        )  # fmt: skip
        stage.batch.add(Authorship, paper_id=key, person_id=one.person, place=1)
        stage.batch.add(Authorship, paper_id=key, person_id=one.term.guides[0].person, place=2)
        day += timedelta(days=random.randint(*APART))


def _write_patent(
    stage: Stage, random: Random, place: Chengling, one: Written, number: int
) -> None:
    day = one.term.entered_on + timedelta(days=FIRST_PATENT + random.randint(0, 120))
    if day > _last(one):
        return
    granted = day + GRANTED_AFTER
    key = stage.batch.add(
        Patent, institution_id=place.root, number=f"CLZ{number:05}", applied_on=day,
        title=f"一种用于{random.choice(_SUBJECTS)}的装置",
        granted_on=granted if granted <= CENSUS else None,
    )  # fmt: skip
    stage.batch.add(Inventor, patent_id=key, person_id=one.person, place=1)
    stage.batch.add(Inventor, patent_id=key, person_id=one.term.guides[0].person, place=2)


def _write_contract(
    stage: Stage, random: Random, place: Chengling, one: Written, number: int
) -> None:
    day = one.term.entered_on + timedelta(days=FIRST_CONTRACT)
    if day > _last(one):
        return
    key = stage.batch.add(
        Translation, institution_id=place.root, number=f"CLT{number:05}", signed_on=day,
        title=f"{random.choice(_SUBJECTS)}成果转化合同",
        amount_cny=Decimal(random.randint(4, 40) * 50_000),
    )  # fmt: skip
    stage.batch.add(Contributor, translation_id=key, person_id=one.person, share_e4=SHARE)
    host = one.term.guides[0].person
    stage.batch.add(Contributor, translation_id=key, person_id=host, share_e4=10_000 - SHARE)
