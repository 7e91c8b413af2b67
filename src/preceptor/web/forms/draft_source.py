"""The forms of a source and of its clauses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.policy.sources import Source
from preceptor.standing.editing.changes import ClauseChange, Pair, SourceChange
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import Both, line, pair_of, paragraph, wanted


class SourceForm(forms.Form):
    """A regulation, statute or report that rules and values stand on."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    short_zh = line(_("Short form in citations, in Chinese"), required=False, most=80)
    short_en = line(_("Short form in citations, in English"), required=False, most=80)
    issued_on = DayField(label=_("Date of issue"), required=False)
    url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        """Refuse half a short form."""
        given = super().clean() or {}
        Both("short")(self)
        return given

    def source_change(self, key: str, *, is_new: bool = False) -> SourceChange:
        """The step that the form describes for the source."""
        given = self.cleaned_data
        return SourceChange(
            key, wanted(given, "title"), pair_of(given, "short"), given["issued_on"],
            given["url"], is_new,
        )  # fmt: skip


class NewSourceForm(SourceForm):
    """A source that is not listed yet."""

    key = line(
        _("Short name for citations"), most=40,
        help_text=_("Small letters, digits and underscores, such as rules2024."),
    )  # fmt: skip

    def change(self) -> SourceChange:
        """The step that the form describes."""
        return self.source_change(self.cleaned_data["key"], is_new=True)


class ClauseForm(forms.Form):
    """A clause of a source."""

    clause_zh = line(_("What it is called, in Chinese"), most=80)
    clause_en = line(_("What it is called, in English"), most=80)
    wording = paragraph(_("Its wording"), required=False)

    def clause_change(self, source: str) -> ClauseChange:
        """The step that the form describes for the source."""
        given = self.cleaned_data
        return ClauseChange(source, Pair(given["clause_zh"], given["clause_en"]), given["wording"])


def known(source: Source, table: dict[str, Any]) -> dict[str, Any]:
    """What the form of a known source begins with."""
    short = table.get("short") or {}
    return {
        "title_zh": source.title.zh,
        "title_en": source.title.en,
        "short_zh": short.get("zh", ""),
        "short_en": short.get("en", ""),
        "issued_on": source.issued_on,
        "url": source.url or "",
    }
