"""A choice among many: the field of a filter that offers units, directions or rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Select(forms.Select):
    """The field as its template writes it, but without a template for each option: a list offers
    hundreds of them on every page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Give the element with its options and groups of options."""
        chosen = set(self.format_value(value))
        named = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        options: list[tuple[Any, Any]] = list(self.choices)
        inner = "".join(_option(key, title, chosen) for key, title in options)
        return format_html("<select{}>{}</select>", named, SafeString(inner))


def _option(key: Any, title: Any, chosen: set[str]) -> SafeString:
    if isinstance(title, list | tuple):
        inner = SafeString("".join(_option(one, named, chosen) for one, named in title))
        return format_html('<optgroup label="{}">{}</optgroup>', key, inner)
    text = "" if key is None else str(key)
    mark = SafeString(" selected") if text in chosen else ""
    return format_html('<option value="{}"{}>{}</option>', text, mark, title)
