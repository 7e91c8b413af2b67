"""What the rules in force ask of whoever applies to a call, before anybody does."""

from __future__ import annotations

from datetime import date

from preceptor.calls.models import Call, CallApplication
from preceptor.policy import Explanation

from .fellows import NOUNS
from .packs import Relations, forces_on
from .queries import explanations

SUBJECT = "applicant"
#: The key of no application.
NONE = 0


def eligibility(
    call: Call, on: date, language: str, relations: Relations | None = None
) -> list[Explanation]:
    """The rules in force on the day that would concern an applicant to the call, explained for one of
    whom nothing is known yet: each with its clause and values. A rule that only some applicants meet
    with is among them. A fixed number of queries, one fewer where the `relations` of units on the day
    were read already.

    `call` comes with its station and the station above, or its programme. Raises PackError when packs
    in force cannot be read.
    """
    noun = NOUNS[SUBJECT]
    unknown = CallApplication(pk=NONE, case_id=NONE, person_id=NONE, call=call)
    institution = noun.institution(unknown)
    force = forces_on({institution}, on, relations)[institution]
    return explanations(force.of, SUBJECT, [unknown], on, language)[0]
