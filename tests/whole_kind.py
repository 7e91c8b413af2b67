"""A case kind in which everything happens that can happen at a stage, with its people and its appeal.

林知远 (`trainee`) asks; 江晚晴 (`supervisor`) and the `secretary` sign side by side; the secretary, or
the `deputy` for the time of a delegation, composes; three members vote in secret, one of them by link;
the `office` answers objections and hears; the `leader` decides appeals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.actions import NewPerson, delegate, open_account, register_persons
from preceptor.people.models import Account, Person
from sitting_cast import PASSWORD, make_hall
from small_kinds import in_force

KIND = """
name = "whole"
version = "1"
title = { zh = "公派申请", en = "Study abroad" }
port = "test.person"
prefix = "W"
opens = ["subject"]

[[documents]]
id = "letter"
title = { zh = "邀请函", en = "letter of invitation" }
required = false

[[stages]]
id = "opinion"
title = { zh = "会签", en = "Opinions" }
does = "review"
by = ["guide", "secretary of unit"]
needs = "all"
deadline = { days = 3, late = "pass" }
then = { agreed = "compose", refused = "refused" }

[[stages]]
id = "compose"
title = { zh = "组成评审小组", en = "Composition" }
does = "compose"
by = ["secretary of unit"]
then = { composed = "vote" }

[[stages]]
id = "vote"
title = { zh = "评审表决", en = "Vote" }
does = "sitting"
by = ["secretary of unit"]
returns = false
voting = { secret = true, passes = "more than 1/2 of present", quorum = "2/3 of all", may_abstain = true }
then = { passed = "display", failed = "hearing" }

[[stages]]
id = "display"
title = { zh = "公示", en = "Public notice" }
does = "notice"
by = ["office of institution"]
returns = false
deadline = { days = 5, late = "remind" }
then = { clear = "granted", upheld = "hearing" }

[[stages]]
id = "hearing"
title = { zh = "听取陈述和申辩", en = "Hearing" }
does = "hearing"
by = ["office of institution"]
returns = false
deadline = { days = 5, late = "remind" }
then = { confirmed = "refused", changed = "opinion" }

[[appeals]]
ground = "decision"
kind = "whole_review"
within = { days = 10 }
reopens = "compose"
"""

REVIEW = """
name = "whole_review"
version = "1"
title = { zh = "决定复核", en = "Review of a decision" }
port = "cases.appeal"
prefix = "R"
opens = ["subject"]

[[stages]]
id = "examine"
title = { zh = "复核", en = "Examination" }
does = "review"
by = ["leader of institution"]
then = { agreed = "granted", refused = "refused" }
"""

#: Until how many days from the first the deputy acts for the secretary.
DELEGATED = 12
NAMED = {
    "trainee": "林知远",
    "supervisor": "江晚晴",
    "first": "韩明澈",
    "second": "方叔玉",
    "outsider": "秦若甲",
    "deputy": "顾清妍",
}


@dataclass(frozen=True)
class Stage:
    """Where the kind is used, by whom, and who the named persons are; the outsider has no account."""

    institution: Unit
    unit: Unit
    accounts: dict[str, Account]
    persons: dict[str, Person]


def set_stage() -> Stage:
    """The university with both kinds in force and the delegation from today on."""
    hall = make_hall()
    new = [NewPerson("staff_number", name, zh) for name, zh in NAMED.items()]
    persons = register_persons(institution=hall.institution, persons=new, by=OPERATOR)
    accounts = {
        "secretary": hall.secretary, "neighbour": hall.neighbour, "office": hall.office,
        "leader": hall.leader, "stranger": hall.stranger,
    }  # fmt: skip
    for name, person in persons.items():
        if name != "outsider":
            accounts[name] = open_account(
                login=name, name=NAMED[name], password=PASSWORD, person=person,
                email=f"{name}@example.edu", by=OPERATOR,
            )  # fmt: skip
    for officer in (hall.secretary, hall.office, hall.leader):
        Account.objects.filter(pk=officer.pk).update(email=f"{officer.login}@example.edu")
    for text in (KIND, REVIEW):
        in_force(hall.institution, text)
    delegate(
        giver=hall.secretary, taker=accounts["deputy"], valid_from=today(),
        valid_to=today() + timedelta(days=DELEGATED), by=hall.secretary,
    )  # fmt: skip
    return Stage(hall.institution, hall.general, accounts, persons)
