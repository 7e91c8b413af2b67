"""Nothing but a yes."""

from __future__ import annotations

from django import forms


class ConfirmForm(forms.Form):
    """A question that is answered by its button alone."""
