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
    """What `home/own_work.html` takes."""
    return {
        "fellows": cards_of(user),
        "laboratories": my_laboratories(user),
        **applicant_home(user, no_role=not scope(user).kinds),
    }


def comes_later(user: Any) -> bool:
    """Whether the first page asks for it after it is shown: an officer comes for the overview."""
    return bool(scope(user).kinds & READING)
