"""What a kind of request is connected with is told in words, never by the name in the code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import adopt_kinds
from preceptor.cases.models import CaseKind
from preceptor.cases.registry import ports
from preceptor.people.models import Account
from preceptor.web.shown.port_words import port_words

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_port_has_a_name_of_its_own_in_both_languages(language: str) -> None:
    names = [name for name in ports() if not name.startswith("test.")]
    with translation.override(language):
        told = {name: port_words(name) for name in names}
    assert not [name for name in told if told[name] == name]
    assert len(set(told.values())) == len(told)
    if language == "zh-hans":
        assert all(not text.isascii() for text in told.values())


@pytest.mark.django_db
def test_the_page_of_a_kind_names_no_port_by_its_code(
    cast: Cast, office: Account, signed_in: Callable[..., Client]
) -> None:
    adopt_kinds(institution=cast.institution, by=OPERATOR, valid_from=date(2020, 1, 1))
    row = CaseKind.objects.filter(port="training.state").latest("pk")
    for language in ("zh-hans", "en"):
        page = signed_in(office, language).get(reverse("kind", args=[row.pk]))
        assert "training.state" not in page.content.decode()
