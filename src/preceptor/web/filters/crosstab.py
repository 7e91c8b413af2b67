"""By which columns of a list its lines are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.select import Select


class CrosstabFilter(forms.Form):
    """The columns of a list, by their number from 1; an unknown one is left out."""

    by = forms.ChoiceField(label=_("A line for each"), required=False, widget=Select)
    across = forms.ChoiceField(label=_("A column for each"), required=False, widget=Select)

    def __init__(self, data: Any, heads: Sequence[Any]) -> None:
        super().__init__(data, auto_id="filter_%s")
        numbered = [(str(number), str(title)) for number, title in enumerate(heads, 1)]
        self.fields["by"].choices = [("", _("Choose")), *numbered]  # type: ignore[attr-defined]
        self.fields["across"].choices = [("", _("nothing")), *numbered]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[int | None, int | None]:
        """The places of the two columns, from 0; None for one that is not chosen."""
        self.is_valid()
        by, across = (self.cleaned_data.get(name, "") for name in ("by", "across"))
        return int(by) - 1 if by else None, int(across) - 1 if across else None
