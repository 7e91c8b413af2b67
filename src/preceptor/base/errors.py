"""The errors an action may raise. Each says what, where and what to do."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.functional import Promise

__all__ = ["InputRefused", "NotPermitted", "PermissionDenied", "RuleBroken", "ValidationError"]


class Refusal(Exception):
    """Something was refused; `message` is written for the person who asked, in their language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class RuleBroken(Refusal):
    """The rules say no, whoever asks."""


class InputRefused(Refusal):
    """What was handed in cannot be read or does not exist."""


class NotPermitted(PermissionDenied):
    """The person asking may not do this; carries the permit's reason."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message
