"""The interface: its marks, its colours, its templates and the files it brings along."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

import preceptor.web
from preceptor.web.templatetags import interface

ROOM = Path(preceptor.web.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
PARTS = sorted((ROOM / "templates/parts").glob("*.html"))
CSS = ROOM / "static/css"

TEXT_COLOURS = ("ink", "ink-soft", "ink-faint", "accent")
GROUNDS = ("paper", "sheet", "inset")
TONES = ("pass", "fail", "pending", "warn", "none", "waived")
THEMES = ("light", "dark")


def colours(theme: str) -> dict[str, str]:
    """Give the colours of the tokens in a theme as six hexadecimal digits."""
    light = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", (CSS / "tokens.css").read_text()))
    if theme == "light":
        return light
    return light | dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", (CSS / "dark.css").read_text()))


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "ink", "ground"), [*product(THEMES, TEXT_COLOURS, GROUNDS)])
def test_text_stands_out_from_every_ground(theme: str, ink: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize(("theme", "tone"), [*product(THEMES, TONES)])
def test_a_verdict_can_be_read_on_its_wash_and_on_the_sheet(theme: str, tone: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[tone], tokens[f"{tone}-wash"]) >= 4.5
    assert contrast(tokens[tone], tokens["sheet"]) >= 4.5


@pytest.mark.parametrize(("theme", "tone"), [*product(THEMES, (*TONES, "accent"))])
def test_text_can_be_read_on_every_wash(theme: str, tone: str) -> None:
    tokens = colours(theme)
    for ink in ("ink", "ink-soft", tone):
        assert contrast(tokens[ink], tokens[f"{tone}-wash"]) >= 4.5


@pytest.mark.parametrize(("theme", "ground"), [*product(THEMES, GROUNDS)])
def test_the_edge_of_a_control_can_be_seen(theme: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens["rule-firm"], tokens[ground]) >= 3
    assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5


def test_the_dark_theme_gives_every_colour_of_the_light_one() -> None:
    light = (CSS / "tokens.css").read_text()
    dark = (CSS / "dark.css").read_text()
    coloured = set(re.findall(r"--([\w-]+): (?:#|rgb)", light))
    assert coloured == set(re.findall(r"--([\w-]+): (?:#|rgb)", dark))


@pytest.mark.parametrize("name", sorted(interface.VERDICTS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_verdict_is_never_colour_alone(name: str, language: str) -> None:
    with override(language):
        badge = interface.verdict(name)
    assert "<use href=" in badge
    assert re.sub(r"<[^>]+>", "", badge).strip()


def test_no_two_verdicts_share_an_icon() -> None:
    drawings = [drawing for _tone, drawing, _word in interface.VERDICTS.values()]
    assert len(set(drawings)) == len(drawings)


def test_an_icon_that_the_sprite_lacks_is_named_in_the_error() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        interface.icon("unicorn")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_written_in_a_template_is_in_the_sprite(template: Path) -> None:
    text = template.read_text()
    names = re.findall(r"{% icon '([\w-]+)'", text) + re.findall(r"icon_name='([\w-]+)'", text)
    assert set(names) <= interface.known_icons()


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("欧阳若曦", "曦"),
        ("Adaeze Ngozi Okonkwo", "AO"),
        ("Lin", "L"),
        ("  ", "–"),
        (None, "–"),
    ],
)
def test_a_person_is_marked_by_the_last_character_or_the_initials(
    name: str | None, mark: str
) -> None:
    assert interface.initials(name) == mark


def test_an_unconfirmed_source_looks_different_from_a_read_statute() -> None:
    assert "evidence-unsure" in interface.evidence("R")
    assert "evidence-unsure" not in interface.evidence("A")
    assert interface.evidence(None) == ""


def test_the_strip_of_verdicts_covers_the_population_without_gap_or_overlap() -> None:
    strip = interface.verdict_share({"waived": 7, "pass": 408, "fail": 0, "pending": 97})
    end = 0
    for segment in strip["segments"]:
        assert segment["start"] == end
        end += segment["count"]
    assert end == strip["total"] == 512


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_style_or_script(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.name)
def test_the_first_line_of_a_part_says_what_it_takes(part: Path) -> None:
    assert re.match(r"{# Takes[: ].+ #}", part.read_text().splitlines()[0])


def test_own_styles_stay_small() -> None:
    own = ("tokens", "dark", "base", "shell", "components", "lists", "forms", "layout")
    assert sum((CSS / f"{name}.css").stat().st_size for name in own) < 41 * 1024


def test_a_refused_button_says_why_to_eyes_and_to_screen_readers() -> None:
    context = {"label": "Award", "reason": "Only the graduate school awards.", "identifier": "x"}
    shown = render_to_string("parts/action.html", context)
    assert 'aria-disabled="true" aria-describedby="reason-x"' in shown
    assert re.search(r'id="reason-x">.*Only the graduate school awards\.', shown, re.DOTALL)
    assert "href=" not in shown.replace("<use href=", "")


def test_an_unknown_value_is_never_shown_as_nothing_or_zero() -> None:
    with override("en"):
        record = render_to_string(
            "parts/definitions.html", {"items": [{"term": "Expected end", "value": None}]}
        )
        figure = render_to_string("parts/stat.html", {"label": "Employment", "value": None})
    assert "Not known" in record
    assert "Not known" in figure


def test_a_measure_of_zero_is_shown_as_zero() -> None:
    shown = render_to_string("parts/definitions.html", {"items": [{"term": "Hours", "value": 0}]})
    assert "<dd>0" in shown


def test_a_finished_job_asks_no_more() -> None:
    job = {"title": "Import", "state": "running", "url": "/jobs/1/"}
    assert "hx-trigger" in render_to_string("parts/job.html", {"job": job})
    assert "hx-trigger" not in render_to_string("parts/job.html", {"job": job | {"state": "done"}})
