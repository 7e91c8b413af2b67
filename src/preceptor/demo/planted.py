"""The records of the demo institution whose faults the product must find.

Each function gives the keys under which a reader finds the record; nothing where the institution
was made too small to hold it. Source of the faults: domain specification 8.2.
"""

from __future__ import annotations

from .queries import extended, finish


def _keys(fault: str) -> list[str]:
    made = [one["planted"] for one in (finish(), extended()) if one]
    return [key for planted in made for key in planted.get(fault, [])]


def _key(fault: str) -> str | None:
    return next(iter(_keys(fault)), None)


def short_of_clinical_months() -> list[str]:
    """Student numbers of three who apply for the pre-defence with 22 or 23 clinical months."""
    return _keys("short_of_clinical_months")


def panel_of_four() -> str | None:
    """The number of a defence panel with four members."""
    return _key("panel_of_four")


def panel_with_unknown_title() -> str | None:
    """The number of a defence panel with a member whose title nobody knows."""
    return _key("panel_with_unknown_title")


def panel_without_outside_chair() -> str | None:
    """The number of a defence panel whose chair is of the house."""
    return _key("panel_without_outside_chair")


def similarity_over_limit() -> str | None:
    """The student number of the author of the thesis with a similarity of 30.01 %."""
    return _key("similarity_over_limit")


def engaged_before_training() -> str | None:
    """The staff number of the supervisor who was engaged before the training."""
    return _key("engaged_before_training")


def person_with_two_staff_numbers() -> str | None:
    """The second staff number of the person who bears two."""
    return _key("person_with_two_staff_numbers")


def course_with_odd_hours() -> str | None:
    """The code of the course with 24 hours a credit (INC-27)."""
    return _key("course_with_odd_hours")


def trainee_of_the_account() -> str | None:
    """The student number of the trainee whom the demo account `trainee` belongs to."""
    return _key("trainee_account")


def conflicts_of_interest() -> list[tuple[str, int, str]]:
    """The conflicts of interest planted on planned panels: number of the panel, key of the person,
    kind of the conflict."""
    found = [key.split(" ") for key in _keys("conflict_of_interest")]
    return [(number, int(person), kind) for number, person, kind in found]


def planted_trainees() -> frozenset[str]:
    """The student numbers of all who were planted for a fault or hold the account of the trainee."""
    made = finish()
    planted = made["planted"].values() if made else ()
    return frozenset(number for numbers in planted for number in numbers)


def past_six_years() -> str | None:
    """The number of the postdoc who is past six years in two stations together."""
    return _key("past_six_years")


def dual_postdoc_short_of_clinical_months() -> str | None:
    """The number of the postdoc on the dual track in whose plan there are too few clinical months."""
    return _key("dual_postdoc_short_of_clinical_months")


def postdoc_of_the_account() -> str | None:
    """The number of the postdoc whom the demo account `postdoc` belongs to."""
    return _key("postdoc_account")


def duals_meeting_one_side() -> list[str]:
    """The keys of the dual-degree trainees who meet the rules of the own side and not the partner's."""
    return _keys("dual_meets_one_side")


def agreement_ended_with_trainees() -> str | None:
    """The number of the agreement that ended while trainees are still trained under it."""
    return _key("agreement_ended_with_trainees")


def trainees_under_ended_agreement() -> list[str]:
    """The student numbers of those trainees."""
    return _keys("trainee_under_ended_agreement")


def obligations() -> dict[str, int]:
    """The keys of the obligations of the joint school by clause."""
    found = [key.split(" ") for key in _keys("obligation")]
    return {clause: int(key) for clause, key in found}
