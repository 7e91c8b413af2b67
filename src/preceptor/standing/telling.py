"""To whom the verdicts about a postdoc are told in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from preceptor.fellows.access import reads_judgements
from preceptor.fellows.models import Postdoc
from preceptor.policy import Explanation

#: The rules that name grounds for a withdrawal; each institution's list is a pack of its own.
WITHDRAWAL = "withdrawal."


def told_to(user: Any, postdoc: Postdoc, explanations: Sequence[Explanation]) -> list[Explanation]:
    """What the rules say, as far as the user may be told: the grounds for a withdrawal, which rest on
    findings, to the postdoc and to who reads the unit alone."""
    if reads_judgements(user, postdoc):
        return list(explanations)
    return [known for known in explanations if not known.rule.startswith(WITHDRAWAL)]
