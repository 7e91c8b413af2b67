"""A small case kind: leave for a conference, whose subject is a person; and its port.

林知远 asks; 江晚晴 (the "guide") gives an opinion; the secretary of the unit sends it on; the office
grants. `case_cast` makes fixtures of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from preceptor.base.actors import Actor, Mandate
from preceptor.base.permits import GRANTED, Permit
from preceptor.cases.actions import attach_document, open_case
from preceptor.cases.choices import KindState
from preceptor.cases.gates import GateFinding
from preceptor.cases.kinds.checking import checked_kind
from preceptor.cases.models import Case, CaseDocument, CaseKind, Item
from preceptor.cases.registry import Subject
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

if TYPE_CHECKING:
    from cast import Cast

PDF = b"%PDF-1.7\n% a letter of invitation\n%%EOF\n"
START = date(2021, 9, 1)

KIND = """
name = "leave"
version = "1"
title = { zh = "外出参会申请", en = "Leave for a conference" }
port = "test.person"
prefix = "L"
opens = ["subject", "secretary of unit"]
sees = "stages"

[[documents]]
id = "letter"
title = { zh = "邀请函", en = "letter of invitation" }
types = ["pdf", "docx"]
most_megabytes = 1

[[documents]]
id = "programme"
title = { zh = "会议日程", en = "programme" }
required = false
types = ["png", "jpg", "xlsx"]

[[stages]]
id = "opinion"
title = { zh = "导师意见", en = "Opinion of the supervisor" }
does = "review"
by = ["guide"]
deadline = { working_days = 3, late = "remind" }
then = { agreed = "check", refused = "refused" }

[[stages]]
id = "check"
title = { zh = "培养单位审核", en = "Check by the unit" }
does = "review"
by = ["secretary of unit"]
then = { agreed = "grant", refused = "refused" }

[[stages]]
id = "grant"
title = { zh = "研究生院审批", en = "Decision of the graduate school" }
does = "review"
by = ["office of institution"]
then = { agreed = "granted", refused = "refused" }
"""

#: Two who sign side by side.
PARALLEL = KIND.replace('by = ["guide"]', 'by = ["guide", "secretary of unit"]\nneeds = "all"')


@dataclass
class TestPort:
    """A port whose subject is a person; what it was asked to carry out stands in `done`.

    `guides` are whom the word "guide" means, `complete` whether the panel is, `allows` whether a
    request may be handed in.
    """

    __test__ = False

    name: str = "test.person"
    has_panel: bool = True
    has_own_kinds: bool = True
    words: frozenset[str] = frozenset({"guide"})
    guides: list[Person] = field(default_factory=list)
    complete: Permit = GRANTED
    allows: Permit = GRANTED
    judged_experts: set[int] = field(default_factory=set)
    done: list[tuple[str, str, Mandate]] = field(default_factory=list)

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        unknown = sorted(set(settings) - {"colour"})
        return [(f"不认识设置“{name}”。", f"The setting “{name}” is unknown.") for name in unknown]

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        named = {case.pk: case.person for case in cases}
        return {
            key: Subject("person", person.pk, person.name_zh, person.name_en)
            for key, person in named.items()
            if person is not None
        }

    def judged(self, case: Case) -> dict[str, set[int]]:
        return {"enrolment": {case.person_id}} if case.person_id else {}

    def persons(self, case: Case, word: str) -> list[Person]:
        return list(self.guides) if word == "guide" else []

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        return self.allows

    def may_finish_composing(self, case: Case) -> Permit:
        return self.complete

    def experts(self, case: Case) -> set[int]:
        return set(self.judged_experts)

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        self.done.append((str(case), outcome, by))


def in_force(institution: Unit, text: str, valid_from: date = START) -> CaseKind:
    """The kind of a text, in force since long."""
    kind = checked_kind(text)
    return CaseKind.objects.create(
        institution=institution, name=kind.name, version=kind.version, title_zh=kind.title.zh,
        title_en=kind.title.en, port=kind.port, content=text,
        hash=hashlib.sha256(text.encode()).hexdigest(), state=KindState.IN_FORCE,
        valid_from=valid_from, written_by_key="operator", written_by="operator",
    )  # fmt: skip


def prepared(cast: Cast, by: Actor, *, kind: str = "leave", key: str = "S1", **more: Any) -> Case:
    """A draft of 林知远's request, with the letter that it needs."""
    case = open_case(
        institution=cast.institution, unit=cast.general, kind=kind, person=cast.persons[key],
        title_zh="林知远参加心血管年会", title_en="Lin Zhiyuan attends a congress",
        reason="报告课题结果，家属住院需陪同", by=by, **more,
    )  # fmt: skip
    attached(case, by)
    return case


def attached(case: Case, by: Actor, name: str = "letter", body: bytes = PDF) -> CaseDocument:
    """A document handed in."""
    return attach_document(
        case=case, name=name, content=BytesIO(body), file_name="邀请函.pdf", by=by
    )


def finding(rule: str, kind: str, verdict: str) -> GateFinding:
    """What a rule said, as the evaluator of gates would give it."""
    return GateFinding(
        rule, kind, verdict, f"规定{rule}", f"Rule {rule}", "差五个月。", "Five months are missing.",
        "pack", "1", "f" * 64,
    )  # fmt: skip
