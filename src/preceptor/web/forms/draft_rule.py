"""The forms of a rule: what it says and when it holds, and a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.policy import Pack
from preceptor.policy.rules import Rule
from preceptor.standing.editing.changes import Change, RuleChange, Several
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import (
    Both,
    citation_fields,
    clause_of,
    evidence_field,
    line,
    pair_of,
    paragraph,
    wanted,
)
from preceptor.web.shown.draft_words import subject_options
from preceptor.web.shown.rule import gate_title

KINDS = (
    ("block", _("must be met: it holds the step back")),
    ("warn", _("gives notice: it may be passed over with a recorded reason")),
    ("inform", _("informs only")),
)
PLACES = _("Write {name} where a number belongs, and {name.rows} where the rows behind it belong.")


class RuleForm(forms.Form):
    """Everything of a rule but its conditions and examples."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    kind = forms.ChoiceField(label=_("Effect"), choices=KINDS)
    gate = forms.ChoiceField(label=_("Step that it holds back"), required=False)
    message_zh = paragraph(_("What is said where it is not met, in Chinese"), help_text=PLACES)
    message_en = paragraph(_("What is said where it is not met, in English"), help_text=PLACES)
    met_zh = paragraph(_("What is said where it is met, in Chinese"), required=False)
    met_en = paragraph(_("What is said where it is met, in English"), required=False)

    def __init__(self, pack: Pack, subject: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        declared = pack.schema.subjects[subject]
        gates = [(gate, gate_title(gate)) for gate in declared.gates]
        self.fields["gate"].choices = [("", _("none")), *gates]  # type: ignore[attr-defined]
        self.fields |= citation_fields(pack)
        self.fields["evidence"] = evidence_field(_("How it is attested"))
        if "cohort" in declared.dates:
            self.fields["bind"] = _bind_field()
        self.fields["since"] = DayField(label=_("In force from the day"), required=False)
        self.fields["until"] = DayField(
            label=_("Last day in force"), required=False,
            help_text=_("To switch the rule off, write the last day on which it holds."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse half a text and crossed days; read the new clause."""
        given = super().clean() or {}
        Both("met")(self)
        self.clause = clause_of(self)
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return given

    def rule_change(self, name: str, subject: str = "", *, is_new: bool = False) -> Change:
        """The step that the form describes for the rule."""
        given = self.cleaned_data
        change = RuleChange(
            name, given["kind"], wanted(given, "title"), wanted(given, "message"),
            self.clause.cite if self.clause else given["cite"], given["evidence"],
            pair_of(given, "met"), given["gate"], given.get("bind", "event"), given["since"],
            given["until"], subject, is_new,
        )  # fmt: skip
        return Several([self.clause, change]) if self.clause else change


def _bind_field() -> forms.Field:
    return forms.ChoiceField(
        label=_("On which day it must be in force"),
        choices=[("event", _("the day of the event")), ("cohort", _("the day of the cohort"))],
    )


class NewRuleForm(RuleForm):
    """A new rule of a subject that was chosen before."""

    def __init__(self, pack: Pack, subject: str, data: Any = None) -> None:
        super().__init__(pack, subject, data)
        self.subject = subject
        self.fields["name"] = line(
            _("Id"), most=60,
            help_text=_("Small letters, digits, underscores and dots, such as panel.defence.size."),
        )  # fmt: skip
        self.order_fields(["title_zh", "title_en", "name"])

    def change(self) -> Change:
        """The step that the form describes."""
        return self.rule_change(self.cleaned_data["name"], self.subject, is_new=True)


class SubjectForm(forms.Form):
    """Of what a new rule, fact or record speaks."""

    subject = forms.ChoiceField(label=_("Of what it speaks"), choices=subject_options)


def known(rule: Rule) -> dict[str, Any]:
    """What the form of a known rule begins with."""
    citation, met = rule.citation, rule.met
    return {
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
        "kind": rule.kind,
        "gate": rule.gate or "",
        "message_zh": rule.message.text.zh,
        "message_en": rule.message.text.en,
        "met_zh": met.text.zh if met else "",
        "met_en": met.text.en if met else "",
        "cite": f"{citation.source.key} {citation.clause.key if citation.clause else ''}".strip(),
        "evidence": rule.evidence,
        "bind": rule.bind,
        "since": rule.since,
        "until": rule.until,
    }
