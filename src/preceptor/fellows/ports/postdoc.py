"""What the requests about postdocs are about, whom they concern, and what they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from preceptor.base.actors import Mandate
from preceptor.base.permits import Permit, first_refusal
from preceptor.base.today import today
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import board_of
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..asking import allows_step, allows_wish, in_time
from ..choices import HostRole, PostdocStep
from ..models import Host, PostdocCase
from .board import BOARD, board_seated, none_of, who_judged
from .words import unknown_settings

HOST, SUPERVISORS = "host", "supervisors"
#: So many months ahead at most a procedure may ask to be told.
_MOST_MONTHS = 24


class PostdocPort:
    """A request about a postdoc. `settings` say which (`step`), and how many months before the day
    that is wished it must be handed in (`ahead_months`)."""

    name: str = "fellows.postdoc"
    words: frozenset[str] = frozenset({HOST, SUPERVISORS})
    board: str = BOARD

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Settings that name no step, months that are none, or what nobody reads."""
        found = unknown_settings(settings, ["step", "ahead_months"])
        if settings.get("step") not in PostdocStep.values:
            allowed = ", ".join(PostdocStep.values)
            found.append(
                (f"设置 step 应为以下之一：{allowed}", f"setting 'step' must be one of: {allowed}")
            )
        ahead = settings.get("ahead_months", 0)
        if type(ahead) is not int or not 0 <= ahead <= _MOST_MONTHS:
            found.append(
                (
                    f"设置 ahead_months 应为 0 至 {_MOST_MONTHS} 的整数",
                    f"setting 'ahead_months' is a whole number from 0 to {_MOST_MONTHS}",
                )
            )
        return found

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The postdoc of each case; one query."""
        rows = PostdocCase.objects.filter(case__in=[case.pk for case in cases])
        return {row.case_id: _subject(row) for row in rows.select_related("postdoc__person")}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The postdoc, and the board once it is called."""
        found = {"postdoc": {case.postdoc_case.postdoc_id}}
        sitting = board_of(case)
        return found | ({"board": {sitting.pk}} if sitting else {})

    def persons(self, case: Case, word: str) -> list[Person]:
        """The supervisor of the mobile station (`host`), else who supervises at all; or all
        supervisors of today, of both sides (`supervisors`)."""
        rows = Host.objects.on(today()).filter(postdoc=case.postdoc_case.postdoc_id)
        hosts = sorted(
            rows.select_related("person"), key=lambda row: (row.role != HostRole.HOST, row.pk)
        )
        persons = list({row.person_id: row.person for row in hosts}.values())
        if word == SUPERVISORS:
            return persons
        own = [row.person for row in hosts if row.role == HostRole.HOST]
        return own[:1] or persons[:1]

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the step is still open to the postdoc, and is asked for early enough."""
        row = PostdocCase.objects.select_related("postdoc__agreement", "to_station").get(case=case)
        step = PostdocStep(row.step)
        return first_refusal(
            allows_step(row.postdoc, step),
            allows_wish(row.postdoc, step, row.wished_on, row.to_station),
            in_time(row, int(settings.get("ahead_months", 0)), today()),
        )

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether the board has members who vote, and no supervisor among them."""
        return first_refusal(board_seated(case), none_of(case, self.persons(case, SUPERVISORS)))

    def experts(self, case: Case) -> set[int]:
        """Who sat on a board of any round."""
        return who_judged(case)

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Carry out what was decided."""
        from ..actions.ending import end_postdoc_step

        rows = PostdocCase.objects.select_related("postdoc", "to_station", "case")
        end_postdoc_step(row=rows.get(case=case), outcome=outcome, by=by, item=item)


def _subject(row: PostdocCase) -> Subject:
    person = row.postdoc.person
    return Subject("postdoc", row.postdoc_id, person.name_zh, person.name_en)
