"""To whom the verdicts about a postdoc are told in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from preceptor.fellows.access import reads_judgements
from preceptor.fellows.models import Postdoc

#: The rules that name grounds for a withdrawal; each institution's list is a pack of its own.
WITHDRAWAL = "withdrawal."


class OfRule(Protocol):
    """What one rule says, explained or not."""

    @property
    def rule(self) -> str: ...


R = TypeVar("R", bound=OfRule)


def told_to(user: Any, postdoc: Postdoc, found: Sequence[R]) -> list[R]:
    """What the rules say, as far as the user may be told: the grounds for a withdrawal, which rest on
    findings, to the postdoc and to who reads the unit alone."""
    if reads_judgements(user, postdoc):
        return list(found)
    return [known for known in found if not known.rule.startswith(WITHDRAWAL)]
