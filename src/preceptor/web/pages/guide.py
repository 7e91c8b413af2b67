"""The living style guide: every component once, with sample data in the reader's language."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.web.pages.guide_samples import SAMPLES, Samples, say


class FilterSample(forms.Form):
    """The filters of a list of trainees, as the guide shows them."""

    template_name = "parts/form.html"
    q = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    unit = forms.ChoiceField(required=False)
    cohort = forms.ChoiceField(required=False, choices=[(year, year) for year in ("2023", "2022")])
    verdict = forms.ChoiceField(required=False)

    def __init__(self, samples: Samples) -> None:
        super().__init__({"unit": "1", "cohort": "2023"}, auto_id="filter_%s")
        labels = samples["filter_labels"]
        for (name, field), label in zip(self.fields.items(), labels, strict=True):
            field.label = label
            if name in ("unit", "verdict"):
                field.choices = samples[f"{name}_choices"]  # type: ignore[attr-defined]


class EntrySample(forms.Form):
    """A form with a hint, an error, a choice and a file, as the guide shows them."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    begins_on = forms.CharField()
    paper = forms.CharField(required=False)
    confirmed = forms.BooleanField()
    workbook = forms.FileField()

    def __init__(self, samples: Samples) -> None:
        super().__init__({"reason": samples["reason_text"], "begins_on": "2023-02-30"})
        for name, (label, hint) in samples["entry_texts"].items():
            self.fields[name].label = label
            self.fields[name].help_text = hint
        self.add_error("begins_on", samples["date_error"])


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the interface."""
    samples = say(SAMPLES)
    entry = EntrySample(samples)
    context = {
        **samples,
        "filter_form": FilterSample(samples),
        "entry_fields": [entry[name] for name in ("reason", "begins_on", "paper", "confirmed")],
        "upload_field": entry["workbook"],
    }
    return render(request, "guide/components.html", context)
