"""What is wrong with files of records: which file, which column, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused


@dataclass(frozen=True)
class At:
    """A column of a file."""

    file: Path
    column: str

    def refused(self, problem: str) -> InputRefused:
        """The refusal of what stands in the column."""
        return InputRefused(
            _("%(file)s, column %(column)s: %(problem)s")
            % {"file": str(self.file), "column": self.column, "problem": problem}
        )

    def wrong_type(self, found: object, wanted: str) -> InputRefused:
        """A column of a type that its values cannot be read from."""
        return self.refused(
            _("its type is %(found)s; write it as %(wanted)s.")
            % {"found": str(found), "wanted": wanted}
        )

    def unknown_name(self, value: str, allowed: Iterable[str]) -> InputRefused:
        """A value that an enumeration does not have."""
        return self.refused(
            _("“%(value)s” is not among its values. Use one of: %(allowed)s.")
            % {"value": value, "allowed": ", ".join(allowed)}
        )

    def out_of_bounds(self, value: object, low: object, high: object) -> InputRefused:
        """A number or day that the schema does not allow."""
        return self.refused(
            _("%(value)s is out of bounds. Allowed is %(low)s to %(high)s; correct the cell.")
            % {"value": str(value), "low": str(low), "high": str(high)}
        )

    def too_exact(self, value: object, places: int) -> InputRefused:
        """A decimal that would lose digits."""
        return self.refused(
            _(
                "%(value)s has more than %(places)s decimal places, and none is cut off here. "
                "Round the column before you write it."
            )
            % {"value": str(value), "places": places}
        )

    def absent(self) -> InputRefused:
        """A column that must be there."""
        return self.refused(_("the column is missing. Add it."))

    def empty_cell(self) -> InputRefused:
        """A cell without a value where every row needs one."""
        return self.refused(_("a cell is empty. Every row needs a value here."))

    def unknown_column(self, known: Iterable[str]) -> InputRefused:
        """A column that the schema does not have."""
        return self.refused(
            _("the schema has no such column. Remove it, or use one of: %(known)s.")
            % {"known": ", ".join(known)}
        )

    def twice(self, key: str) -> InputRefused:
        """A key that two records share."""
        return self.refused(
            _("%(key)s stands there more than once. Keep one row for each record.") % {"key": key}
        )

    def out_of_order(self, key: str, subject: Path) -> InputRefused:
        """Rows that do not follow the order of the records."""
        return self.refused(
            _(
                "the rows of %(key)s do not stand together in the order of %(subject)s. "
                "Sort the file by subject_key in that order."
            )
            % {"key": key, "subject": subject.name}
        )

    def stranger(self, key: str, subject: Path) -> InputRefused:
        """Rows of a record that is not there."""
        return self.refused(
            _("%(key)s is not a key of %(subject)s. Add the record, or remove these rows.")
            % {"key": key, "subject": subject.name}
        )


def no_folder(folder: Path) -> InputRefused:
    """The folder of the records is not there."""
    return InputRefused(
        _("There is no folder %(folder)s. Name the one that holds the Parquet files.")
        % {"folder": str(folder)}
    )


def no_file(file: Path) -> InputRefused:
    """The file of the records of a subject is not there."""
    return InputRefused(
        _(
            "There is no file %(file)s. Write the records into it; their columns are printed by: "
            "preceptor packs schema"
        )
        % {"file": str(file)}
    )


def no_list(file: Path, known: Iterable[str]) -> InputRefused:
    """A file of a list that the subject does not have."""
    return InputRefused(
        _("%(file)s belongs to no list of its subject. Remove it, or use one of: %(known)s.")
        % {"file": str(file), "known": ", ".join(known)}
    )


def unreadable(file: Path, why: object) -> InputRefused:
    """A file that is no whole Parquet file."""
    return InputRefused(
        _("%(file)s cannot be read as Parquet: %(why)s. Write the file again.")
        % {"file": str(file), "why": str(why).strip().splitlines()[0].rstrip(".")}
    )


def unfit(file: Path, why: str) -> InputRefused:
    """Records that the schema does not allow."""
    return InputRefused(_("%(file)s: %(why)s") % {"file": str(file), "why": why})
