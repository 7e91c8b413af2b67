"""The form by which the new experts of an appeal are chosen and called; the action decides."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from preceptor.web.forms.panel import MOST_SEATS, CallForm


class ExpertsForm(CallForm):
    """Who is chosen so far, and when and where they sit. The first one chosen has the chair."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, revision: int, data: Any = None) -> None:
        initial = {"revision": revision, "token": secrets.token_hex(16)}
        # While persons are added and taken off, nothing is called, and no field is missing yet.
        is_called = data is not None and data.get("do") == "call"
        self.sent = data
        values = {name: data.get(name, "") for name in CallForm.base_fields} if data else {}
        super().__init__(data if is_called else None, initial=values | initial)

    def persons(self) -> list[int]:
        """The keys of the persons after the change that was asked for, each once."""
        if self.sent is None:
            return []
        keys = [*self.sent.getlist("seat"), self.sent.get("add", "")]
        off = self.sent.get("remove", "")
        kept = [int(key) for key in keys if key.isdecimal() and len(key) < 19 and key != off]
        return list(dict.fromkeys(kept))[:MOST_SEATS]

    def called(self) -> dict[str, Any]:
        """What the action takes of a valid form."""
        given = self.cleaned_data
        times = {"starts_at": self.at("start"), "ends_at": self.at("end")}
        return times | {name: given[name] for name in ("place", "revision", "token")}
