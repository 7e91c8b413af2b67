"""The rules in force on the day in words, kept beside the census for the report to print.

A report of a frozen day must read the same after the packs have moved on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from preceptor.institutions.models import Unit
from preceptor.policy import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.types import MapOf, day_number, decode
from preceptor.standing.packs import in_force

Json = dict[str, Any]


def _value(parameter: Parameter, day: date) -> list[str] | None:
    """The parameter's values on the day as text; None before its first value."""
    step = parameter.step_on(day_number(day))
    if step is None:
        return None
    codes = step.value if isinstance(step.value, tuple) else (step.value,)
    texts = [str(decode(parameter.item, code)) for code in codes]
    if isinstance(parameter.type, MapOf):
        return [
            f"{key}: {text}" for key, text in zip(parameter.type.key.values, texts, strict=True)
        ]
    return texts


def _parameter(parameter: Parameter, day: date) -> Json:
    return {
        "name": parameter.name,
        "title": {"zh": parameter.title.zh, "en": parameter.title.en},
        "unit": parameter.unit,
        "values": _value(parameter, day),
    }


def _is_in_force(rule: Rule, day: date) -> bool:
    begun = rule.since is None or rule.since <= day
    return begun and (rule.until is None or rule.until >= day)


def _rule(pack: Pack, rule: Rule, day: date) -> Json:
    return {
        "pack": pack.id,
        "version": pack.version,
        "id": rule.id,
        "subject": rule.subject,
        "kind": rule.kind,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "citation": {"zh": rule.citation.text("zh"), "en": rule.citation.text("en")},
        "parameters": [parameter.name for parameter in rule.parameters],
    }


def rules_on(institution: Unit, day: date) -> Json:
    """The rules in force on the day for the institution as a whole, in the order of the packs,
    and all parameters of the packs.

    `rules` name the parameters that they use; a parameter without a value on the day has none.
    """
    packs = in_force(institution, day)
    return {
        "rules": [
            _rule(pack, rule, day)
            for pack in packs
            for rule in pack.rules.values()
            if _is_in_force(rule, day)
        ],
        "parameters": [
            _parameter(parameter, day) for pack in packs for parameter in pack.parameters.values()
        ],
    }
