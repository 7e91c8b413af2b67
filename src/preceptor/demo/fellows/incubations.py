"""Incubations between medicine and engineering, in every stage, and one that was given up.

Invented.
"""

from __future__ import annotations

from datetime import timedelta

from preceptor.fellows.choices import HostRole, StageKind, Track
from preceptor.fellows.models import Incubation, IncubationMember, IncubationStage

from ..joint.tingnan import Tingnan
from ..months import add_months
from ..stage import Stage
from .postdocs import Guide, Term, write_postdoc
from .yunting import House

#: Title, clinical need, and how many of the five stages are done.
_NEEDS = (
    ("床旁神经功能连续监测", "Continuous bedside monitoring of nerve function",
     "重症患者的神经功能评估依赖间断查体，恶化发现偏晚", 5),
    ("眼底图像辅助筛查", "Assisted screening of fundus images",
     "基层缺少眼科医师，糖尿病视网膜病变漏诊多", 4),
    ("可降解骨固定件", "Degradable fixation of bone",
     "金属固定件需二次手术取出", 3),
    ("术中力反馈器械", "Instruments with force feedback",
     "微创手术中缺少触觉，组织损伤难以察觉", 2),
    ("吞咽功能康复训练装置", "Training device for swallowing",
     "卒中后吞咽障碍训练依赖治疗师一对一指导", 1),
    ("呼吸康复远程随访", "Remote follow-up of respiratory rehabilitation",
     "出院后训练依从性无法掌握", 0),
)  # fmt: skip
_EVIDENCE = {
    StageKind.NEED: "临床需求论证书", StageKind.TEAM: "联合团队组建协议",
    StageKind.PROTOTYPE: "样机检测报告", StageKind.VALIDATION: "验证试验报告",
    StageKind.TRANSLATION: "转化合同",
}  # fmt: skip
_MONTHS = 5


def write_incubations(stage: Stage, house: House, tingnan: Tingnan) -> None:
    """All of them; each has its postdoc, guided by a physician and an engineer."""
    random = stage.stream("incubations")
    for number, (zh, en, need, done) in enumerate(_NEEDS, start=1):
        began = add_months(stage.day, -(done + 1) * _MONTHS)
        physician = house.professors[house.hospital][number % 3]
        engineer = tingnan.professors[number % len(tingnan.professors)]
        term = Term(
            institution=house.root, place=house.places["CM"], serial=98_000 + number,
            track=Track.INCUBATION, entered_on=max(began, add_months(stage.day, -22)),
            guides=(Guide(physician, HostRole.HOST), Guide(engineer, HostRole.ENGINEERING, True)),
        )  # fmt: skip
        postdoc = write_postdoc(stage, random, term)
        is_dropped = number == len(_NEEDS) - 1
        key = stage.batch.add(
            Incubation, institution_id=house.root, unit_id=house.hospital,
            number=f"INC-{began.year}-{number:03}", title_zh=zh, title_en=en, need=need,
            partner_id=house.partners.companies[number % len(house.partners.companies)],
            postdoc_id=postdoc.key, began_on=began,
            dropped_on=stage.day - timedelta(days=30) if is_dropped else None,
            drop_reason="样机方案经评审不可行，留存设计文件" if is_dropped else "",
        )  # fmt: skip
        team = ((physician, "临床负责人"), (engineer, "工程负责人"), (postdoc.person, "博士后"))
        for person, part in team:
            stage.batch.add(IncubationMember, incubation_id=key, person_id=person, part=part)
        for place, kind in enumerate(list(StageKind)[: done + 1]):
            start = add_months(began, place * _MONTHS)
            is_done = place < done
            stage.batch.add(
                IncubationStage, incubation_id=key, kind=kind,
                owner_id=engineer if kind is StageKind.PROTOTYPE else physician,
                began_on=start, due_on=add_months(start, _MONTHS + 1),
                done_on=add_months(start, _MONTHS) if is_done else None,
                evidence=_EVIDENCE[kind] if is_done else "",
            )  # fmt: skip
    stage.batch.write("incubations")
