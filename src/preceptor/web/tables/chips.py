"""The filters in use as chips, each with the address that removes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from preceptor.web.addresses import address


def chips_of(
    form: forms.Form, chosen: Mapping[str, Any], path: str, query: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One chip for each chosen filter: title, value as the reader chose it, url without it."""
    return [
        {
            "title": form.fields[name].label,
            "value": _value(form, name, value),
            "url": address(path, query, **{name: ""}),
        }
        for name, value in chosen.items()
    ]


def _value(form: forms.Form, name: str, value: Any) -> Any:
    labels: dict[str, Any] = {}
    for key, title in getattr(form.fields[name], "choices", []):
        options = title if isinstance(title, list | tuple) else [(key, title)]
        labels |= {str(option): label for option, label in options}
    return labels.get(str(value), value)
