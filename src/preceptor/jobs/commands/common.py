"""What all commands share: output, dates, the institution, and clear refusals."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

import click
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from preceptor.base.errors import Refusal
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import institution
from preceptor.policy import PackError

NO, WRONG_USE = 1, 2


def refuse(message: object, code: int = NO) -> NoReturn:
    """End with one clear message on stderr."""
    click.echo(f"preceptor: {message}", err=True)
    sys.exit(code)


def reader_language() -> str:
    """The language of the terminal: Chinese where its locale says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "zh-hans" if locale.lower().startswith("zh") else "en"


LANGUAGES = {"zh": "zh-hans", "en": "en"}
lang_option = click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=None, help="Language of the answer."
)


def speak(lang: str | None) -> str:
    """Speak the language that was asked for, else that of the terminal, until the command ends, in what
    it refuses too; gives which side of a text of two that is: zh or en."""
    language = LANGUAGES[lang] if lang else reader_language()
    click.get_current_context().with_resource(translation.override(language))
    return "en" if language == "en" else "zh"


def _database_message(error: DatabaseError) -> str:
    if "no such table" in str(error) or "does not exist" in str(error):
        return _(
            "The database has no tables yet. Make them with preceptor migrate; to try the invented "
            "university, use preceptor demo --once."
        )
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
    return _("The database refused: %(error)s. Nothing was written.") % {"error": first_line}


@contextmanager
def clear_refusals() -> Iterator[None]:
    """Speak the reader's language; a refusal becomes one message on stderr, never a traceback."""
    with translation.override(reader_language()):
        try:
            yield
        except (Refusal, PermissionDenied, PackError, ImproperlyConfigured) as refusal:
            refuse(refusal)
        except DatabaseError as error:
            refuse(_database_message(error))
        except BrokenPipeError:
            # The reader of the output went away, as `head` does: that is no fault.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            refuse(
                _("%(what)s: %(why)s. Nothing was written.")
                % {"what": error.filename or _("a file"), "why": error.strerror or error}
            )


format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How to print the answer.",
)  # fmt: skip
institution_option = click.option(
    "--institution", "code", default=None, help="Code of the institution; the first when not given."
)


class Day(click.ParamType[date]):
    """A date that exists, as YYYY-MM-DD."""

    name = "DATE"

    def convert(self, value: Any, param: Any, context: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is no date. Write it as YYYY-MM-DD, for example 2023-12-31.")


DAY = Day()


def chosen_institution(code: str | None) -> Unit:
    """The institution of the code, or the first. Raises InputRefused when there is none."""
    return institution(code)


def print_json(answer: Any) -> None:
    """The answer as JSON, Chinese characters as they are."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A plain table; Chinese characters count as two columns wide."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [
            cell + " " * (wide - _width(cell)) for cell, wide in zip(line, widths, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())
