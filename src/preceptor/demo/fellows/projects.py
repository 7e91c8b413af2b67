"""The projects that the postdocs of the second institution won.

Source of the numbers: domain specification 8.6 (1,263 in five kinds); schemes and sums are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from preceptor.research.choices import ProjectLevel
from preceptor.research.models import Project, ProjectMember

from ..months import add_months
from ..stage import CENSUS, Stage
from .chengling import Chengling
from .postdocs import Written

FOUNDATION, NSFC = "中国博士后科学基金", "国家自然科学基金"


class Kind(NamedTuple):
    """A kind of projects: level and funder, how many there are, its schemes and the usual sum in CNY."""

    level: ProjectLevel
    field: str
    total: int
    schemes: tuple[str, ...]
    amount_cny: int
    months: int


KINDS = (
    Kind(ProjectLevel.NATIONAL, FOUNDATION, 148, (f"{FOUNDATION}面上资助", f"{FOUNDATION}特别资助"),
         80_000, 24),
    Kind(ProjectLevel.NATIONAL, NSFC, 121, (f"{NSFC}青年科学基金项目", f"{NSFC}面上项目"), 300_000, 36),
    Kind(ProjectLevel.PROVINCIAL, "省级科研项目", 402, ("省自然科学基金", "省博士后科研项目"), 100_000, 24),
    Kind(ProjectLevel.BUREAU, "局级科研项目", 331, ("市卫生健康科研项目", "市教育科研项目"), 40_000, 24),
    Kind(ProjectLevel.UNIVERSITY, "校级科研项目", 261, ("校博士后启动项目",), 30_000, 18),
)  # fmt: skip
_TOPICS = (
    "肿瘤微环境中免疫细胞的表型转换", "线粒体自噬与心肌损伤", "肠道菌群代谢物与肝纤维化",
    "血脑屏障通透性的调控", "骨组织再生的生物材料", "多模态影像的智能判读", "药物靶点的结构基础",
    "慢性病人群队列的风险预测", "口腔微生态与全身疾病", "护理干预对康复结局的作用",
)  # fmt: skip
CHUNK = 2000


def write_projects(stage: Stage, place: Chengling, postdocs: Sequence[Written]) -> None:
    """All projects at the scale, each led by a postdoc in station on the day on which it began."""
    if not postdocs:
        return
    random = stage.stream("chengling projects")
    for number, kind in enumerate(_kinds(stage), start=1):
        _write(stage, random, place, postdocs, number, kind)
        if number % CHUNK == 0:
            stage.batch.write("projects of postdocs")
    stage.batch.write("projects of postdocs")


def _kinds(stage: Stage) -> Iterator[Kind]:
    counts = [kind.total for kind in KINDS]
    for kind, share in zip(KINDS, stage.shares(sum(counts), counts), strict=True):
        yield from (kind for _ in range(share))


def _write(
    stage: Stage, random: Random, place: Chengling, postdocs: Sequence[Written], number: int,
    kind: Kind,
) -> None:  # fmt: skip
    leader = postdocs[number * 7 % len(postdocs)]
    day = _begins_on(random, leader)
    key = stage.batch.add(
        Project, institution_id=place.root, number=f"CLP{day.year}{number:05}",
        title=f"{random.choice(_TOPICS)}研究", starts_on=day,
        ends_on=add_months(day, kind.months) - timedelta(days=1), level=kind.level,
        field=kind.field, scheme=random.choices(kind.schemes, _weights(kind))[0],
        amount_cny=Decimal(kind.amount_cny),
    )  # fmt: skip
    stage.batch.add(ProjectMember, project_id=key, person_id=leader.person, is_head=True)
    host = leader.term.guides[0].person
    if number % 3 == 0:
        stage.batch.add(ProjectMember, project_id=key, person_id=host, is_head=False)


def _weights(kind: Kind) -> tuple[int, ...]:
    return (4, 1)[: len(kind.schemes)]


def _begins_on(random: Random, leader: Written) -> date:
    """A day of the postdoc's own time in station, not after the census day."""
    first = leader.term.entered_on
    last = min(leader.term.left_on or CENSUS, CENSUS)
    return first + timedelta(days=random.randint(0, max(0, (last - first).days - 1)))
