"""Values of upper layers as a draft's pages show them: what holds, what may be set, what is set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Pack, PackError
from preceptor.policy.describing import replacement_parts, replacement_title, value_text
from preceptor.policy.parameters import Parameter, Step
from preceptor.policy.reading_parameters import encode_value
from preceptor.policy.replacement import ReplacedValue, Replacement
from preceptor.policy.table import Table
from preceptor.policy.types import Date, day_number
from preceptor.standing.editing.beside import Beside
from preceptor.standing.models import PackDraft
from preceptor.web.shown.draft_words import language, within
from preceptor.web.shown.rule import bind_title
from preceptor.web.templatetags.interface import layer_title

Shown = dict[str, Any]
Known = tuple[Pack, Parameter]


def upper_lines(draft: PackDraft, own: Pack, beside: Beside) -> list[Shown]:
    """The parameters of upper packs that the draft's layer may set, and those that it sets though
    they are no longer to be set."""
    known = list(beside.replaceable())
    set_here = {(one.pack, one.parameter): one for one in own.replaces}
    lines = [
        _line(draft, upper, parameter, set_here.pop((upper.id, parameter.name), None), beside)
        for upper, parameter in known
    ]
    return lines + [_lost_line(draft, one) for one in set_here.values()]


def _line(
    draft: PackDraft, upper: Pack, parameter: Parameter, own: Replacement | None, beside: Beside
) -> Shown:
    held = step_today(parameter)
    return {
        "title": capfirst(within(parameter.title)),
        "name": parameter.name,
        "pack": within(upper.title),
        "layer": layer_title(upper.layer),
        "url": upper_url(draft, upper.id, parameter.name),
        "value": within(value_text(parameter, held, upper.schema)),
        "since": held.since,
        "direction": direction(upper, parameter, beside),
        "own": own_text(upper, parameter, own.values[-1]) if own else "",
        "own_since": own.values[-1].since if own else None,
    }


def _lost_line(draft: PackDraft, own: Replacement) -> Shown:
    return {
        "title": within(replacement_title(own)),
        "name": own.parameter,
        "pack": own.pack,
        "layer": "",
        "url": upper_url(draft, own.pack, own.parameter),
        "value": "",
        "since": None,
        "direction": _("Not to be set by this pack today."),
        "own": within(replacement_parts(own.values[-1])["value"]),
        "own_since": own.values[-1].since,
    }


def upper_url(draft: PackDraft, pack: str, parameter: str) -> str:
    """The page on which the own value is set."""
    return reverse("draft_upper", args=[draft.pk, parameter, pack])


def step_today(parameter: Parameter) -> Step:
    """What holds today; before the first value the first one to come."""
    return parameter.step_on(day_number(today())) or parameter.steps[0]


def direction(upper: Pack, parameter: Parameter, beside: Beside) -> str:
    """In which direction the draft's layer may move the parameter, with the value that holds."""
    if beside.layer in parameter.delegates:
        return _("In either direction: the upper layer leaves it to this one.")
    value = within(value_text(parameter, step_today(parameter), upper.schema))
    is_day = isinstance(parameter.item, Date)
    said = {
        "higher": _("Only later: not before %(value)s.")
        if is_day
        else _("Only higher: not below %(value)s."),
        "lower": _("Only earlier: not after %(value)s.")
        if is_day
        else _("Only lower: not above %(value)s."),
        "fewer": _("Only fewer: none but %(value)s."),
    }
    return said[parameter.stricter or "higher"] % {"value": value}


def own_text(upper: Pack, parameter: Parameter, one: ReplacedValue) -> str:
    """An own value in words; as it is written where it does not suit the upper parameter."""
    try:
        code = encode_value(Table({}, parameter.name), parameter.type, one.value)
    except PackError:
        return within(replacement_parts(one)["value"])
    step = replace(parameter.steps[0], value=code)
    return within(value_text(parameter, step, upper.schema))


def upper_shown(known: Known, own: Replacement | None, beside: Beside) -> Shown:
    """An upper parameter with its values, newest first, the direction, and the own values."""
    upper, parameter = known
    return {
        "upper_title": capfirst(within(parameter.title)),
        "name": parameter.name,
        "upper_pack": within(upper.title),
        "layer": layer_title(upper.layer),
        "direction": direction(upper, parameter, beside),
        "bind": bind_title(parameter.bind),
        "held": [
            {
                "value": within(value_text(parameter, step, upper.schema)),
                "since": step.since,
                "citation": step.citation.text(language()),
                "evidence": step.evidence,
                "layer": layer_title(step.layer),
            }
            for step in reversed(parameter.steps)
        ],
        "own": own_values(own, known),
        "users": [
            {"title": within(rule.title), "url": reverse("rule", args=[rule.id])}
            for rule in upper.rules.values()
            if any(one.name == parameter.name for one in rule.parameters)
        ],
    }


def own_values(own: Replacement | None, known: Known | None) -> list[Shown]:
    """The own values of a draft, newest first."""
    return [
        {
            "value": own_text(*known, one) if known else within(replacement_parts(one)["value"]),
            "since": one.since,
            "citation": one.citation.text(language()),
            "evidence": one.evidence,
            "from_evidence": one.from_evidence,
        }
        for one in reversed(own.values if own else ())
    ]


def lost_shown(own: Replacement) -> Shown:
    """An own value for something that is not to be set by the pack today: it can be taken out."""
    return {
        "upper_title": within(replacement_title(own)),
        "name": own.parameter,
        "upper_pack": own.pack,
        "layer": "",
        "direction": "",
        "bind": "",
        "held": [],
        "own": own_values(own, None),
        "users": [],
    }
