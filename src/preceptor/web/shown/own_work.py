"""What the reader has of one's own besides trainees: terms as a postdoc, postdocs supervised,
laboratories, applications."""

from __future__ import annotations

from typing import Any

from preceptor.people.access import READING, scope
from preceptor.web.shown.applicant_home import applicant_home
from preceptor.web.shown.my_laboratory import my_laboratories
from preceptor.web.shown.postdoc import cards_of

Shown = dict[str, Any]


def own_work(user: Any) -> Shown:
    """What `home/own_work.html` takes. Who came through a call has no role, and has a place here all
    the same: a term as a postdoc, or a laboratory."""
    fellows, laboratories = cards_of(user), my_laboratories(user)
    no_role = not (scope(user).kinds or fellows or laboratories)
    return {
        "fellows": fellows,
        "laboratories": laboratories,
        **applicant_home(user, no_role=no_role),
    }


def comes_later(user: Any) -> bool:
    """Whether the first page asks for it after it is shown: an officer comes for the overview."""
    return bool(scope(user).kinds & READING)
