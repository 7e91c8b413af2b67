"""What the reader has of one's own besides trainees: terms as a postdoc, postdocs supervised,
laboratories, applications; for an officer how many postdocs and laboratories there are."""

from __future__ import annotations

from typing import Any

from preceptor.base.together import answer, together
from preceptor.people.access import READING, scope
from preceptor.people.choices import RoleKind
from preceptor.web.shown.applicant_home import calls_open, own_applications
from preceptor.web.shown.fellow_numbers import fellow_numbers
from preceptor.web.shown.my_laboratory import my_laboratories
from preceptor.web.shown.postdoc import cards_asked

Shown = dict[str, Any]
#: Who keeps postdocs, or reads a unit and everything below it.
OFFICERS = READING | {RoleKind.PERSONNEL}


def own_work(user: Any) -> Shown:
    """What `home/own_work.html` takes. Who came through a call has no role, and has a place here all
    the same: a term as a postdoc, or a laboratory."""
    is_officer = bool(scope(user).kinds & OFFICERS)
    fellows, laboratories, applications, *numbers = answer(
        together(
            cards_asked(user), my_laboratories(user), own_applications(user),
            *([fellow_numbers(user)] if is_officer else []),
        )
    )  # fmt: skip
    no_role = not (scope(user).kinds or fellows or laboratories)
    return {
        "numbers": numbers[0] if numbers else [],
        "fellows": fellows,
        "laboratories": laboratories,
        "applications": applications,
        "no_role": no_role,
        "open_calls": calls_open(user) if no_role else [],
    }


def comes_later(user: Any) -> bool:
    """Whether the first page asks for it after it is shown: an officer comes for the overview."""
    return bool(scope(user).kinds & READING)
