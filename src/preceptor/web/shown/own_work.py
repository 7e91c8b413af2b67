"""What the reader has of one's own besides trainees: terms as a postdoc, postdocs supervised,
laboratories, applications; for an officer how many postdocs and laboratories there are."""

from __future__ import annotations

from typing import Any

from preceptor.people.access import READING, scope
from preceptor.people.choices import RoleKind
from preceptor.web.shown.applicant_home import applicant_home
from preceptor.web.shown.fellow_numbers import fellow_numbers
from preceptor.web.shown.my_laboratory import my_laboratories
from preceptor.web.shown.postdoc import cards_of

Shown = dict[str, Any]
#: Who keeps postdocs, or reads a unit and everything below it.
OFFICERS = READING | {RoleKind.PERSONNEL}


def own_work(user: Any) -> Shown:
    """What `home/own_work.html` takes. Who came through a call has no role, and has a place here all
    the same: a term as a postdoc, or a laboratory."""
    fellows, laboratories = cards_of(user), my_laboratories(user)
    no_role = not (scope(user).kinds or fellows or laboratories)
    return {
        "numbers": fellow_numbers(user) if scope(user).kinds & OFFICERS else [],
        "fellows": fellows,
        "laboratories": laboratories,
        **applicant_home(user, no_role=no_role),
    }


def comes_later(user: Any) -> bool:
    """Whether the first page asks for it after it is shown: an officer comes for the overview."""
    return bool(scope(user).kinds & READING)
