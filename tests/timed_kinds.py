"""A small case kind in which time decides: opinion, public notice, hearing; and the kind of its
appeal. 林知远 asks, 江晚晴 gives an opinion, the office does the rest."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone

from preceptor.cases.actions import decide_stage, state_facts, submit_case
from preceptor.cases.models import Case
from preceptor.people.models import Account
from small_kinds import prepared

if TYPE_CHECKING:
    from cast import Cast

KIND = """
name = "grant"
version = "1"
title = { zh = "资助申请", en = "Grant" }
port = "test.person"
prefix = "G"
opens = ["subject"]
sees = "stages"

[[documents]]
id = "letter"
title = { zh = "邀请函", en = "letter" }
required = false
types = ["pdf"]
most_megabytes = 1

[[stages]]
id = "opinion"
title = { zh = "导师意见", en = "Opinion" }
does = "review"
by = ["guide"]
deadline = { working_days = 3, late = "LATE" }
then = { agreed = "notice", refused = "hearing" }

[[stages]]
id = "notice"
title = { zh = "公示", en = "Public notice" }
does = "notice"
by = ["office of institution"]
returns = false
deadline = { working_days = 5 }
then = { clear = "granted", upheld = "hearing" }

[[stages]]
id = "hearing"
title = { zh = "听取陈述", en = "Hearing" }
does = "hearing"
by = ["office of institution"]
returns = false
deadline = { working_days = 10, late = "remind" }
then = { confirmed = "refused", changed = "notice" }

[[appeals]]
ground = "decision"
kind = "review"
within = { days = 30 }
reopens = "opinion"
"""

REVIEW = """
name = "review"
version = "1"
title = { zh = "决定复核", en = "Review of a decision" }
port = "cases.appeal"
prefix = "R"
opens = ["subject"]
sees = "stages"

[[stages]]
id = "examine"
title = { zh = "复核", en = "Examination" }
does = "review"
by = ["office of institution", "secretary of unit"]
then = { agreed = "granted", refused = "refused" }
"""


def noon(day: date) -> datetime:
    """Noon of the day, where the institution is."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def late_kind(late: str) -> str:
    """The kind whose first stage, when its time is over, does this."""
    return KIND.replace('late = "LATE"', late)


def asked(cast: Cast, by: Account, kind: str = "grant") -> Case:
    """林知远's request, handed in."""
    return submit_case(case=prepared(cast, by, kind=kind), by=by)


def decided(case: Case, outcome: str, by: Account) -> Case:
    """The case after somebody's opinion."""
    case.refresh_from_db()
    return decide_stage(
        case=case, outcome=outcome, by=by, revision=case.revision, reason="材料不足"
    )


def refusal_told(case: Case, by: Account, facts: str = "材料不足") -> Case:
    """The case after the office told the facts of the intended refusal."""
    case.refresh_from_db()
    state_facts(case=case, facts=facts, by=by, revision=case.revision)
    case.refresh_from_db()
    return case
