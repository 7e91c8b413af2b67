"""What is wrong with a pack or a batch, said in the reader's language, with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from preceptor.policy.problems import PROBLEMS


class PolicyError(Exception):
    """A fault that a person can mend. ``problem`` names its kind, ``values`` fills its sentence."""

    def __init__(self, problem: str, **values: object) -> None:
        self.problem = problem
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(problem)

    def sentence(self, language: str) -> str:
        """What is wrong and what to do, as one text in Chinese (``zh...``) or English."""
        chinese, english = PROBLEMS[self.problem]
        sentence = chinese if language.lower().startswith("zh") else english
        for name, value in self.values.items():
            sentence = sentence.replace(f"<{name}>", value)
        hint = self.values.get("hint")
        if not hint:
            return sentence
        if language.lower().startswith("zh"):
            return f"{sentence}您要写的是“{hint}”吗？"
        return f"{sentence} Did you mean '{hint}'?"

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence("en")

    def __str__(self) -> str:
        return self.sentence("en")


class PackError(PolicyError):
    """A pack is wrong.

    ``file`` and ``line`` point into the pack (None when not known), ``where`` names the rule, fact or
    parameter, ``column`` (from 1) and ``caret`` point into ``source``, the text of the expression.
    """

    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem, **values)
        self.file: str | None = None
        self.line: int | None = None
        self.where: str = ""
        self.source: str | None = None
        self.start = 0
        self.end = 1

    def pointed(self, source: str, start: int, end: int = 0) -> PackError:
        """The same error pointing at a part of an expression."""
        self.source, self.start, self.end = source, start, max(end, start + 1)
        return self

    @property
    def column(self) -> int | None:
        """The column in the expression, from 1; None when the fault is not in an expression."""
        return None if self.source is None else self.start + 1

    @property
    def caret(self) -> str:
        """The expression and, below it, a caret at the fault; empty outside expressions."""
        if self.source is None:
            return ""
        spaces = "".join(_blank(character) for character in self.source[: self.start])
        return f"{self.source}\n{spaces}{'^' * (self.end - self.start)}"

    def placed(self, where: str) -> PackError:
        """The same error with the place it was found in, unless a closer one is known."""
        self.where = self.where or where
        return self

    def text(self, language: str) -> str:
        """The full message: place, sentence and caret, in the reader's language."""
        colon = "：" if language.lower().startswith("zh") else ": "
        parts = [part for part in (self._position(), self.where) if part]
        head = colon.join([*parts, self.sentence(language)])
        return f"{head}\n{self.caret}" if self.caret else head

    def _position(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join([self.file, *numbers]) if self.file else ""

    def __str__(self) -> str:
        return self.text("en")


class BatchError(PolicyError):
    """Records do not fit the schema: a name, a type, a bound or a length."""


class SchemaError(PolicyError):
    """A schema contradicts itself: a developer's fault, found when it is built."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that was probably meant; empty when none is near."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return found[0] if found else ""


def _blank(character: str) -> str:
    return "　" if ord(character) > 0x2E7F else " "
