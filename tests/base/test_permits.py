"""Permits carry their reason to the button and into the refusal."""

from __future__ import annotations

import pytest

from preceptor.base.errors import NotPermitted
from preceptor.base.permits import GRANTED, first_refusal, refused
from preceptor.base.privacy import Privacy, masked


def test_a_refused_permit_is_false_and_says_why() -> None:
    permit = refused("The office is closed.")
    assert not permit
    with pytest.raises(NotPermitted, match="The office is closed"):
        permit.demand()


def test_a_granted_permit_demands_nothing() -> None:
    assert GRANTED
    GRANTED.demand()


def test_of_several_permits_the_first_refusal_speaks() -> None:
    assert first_refusal(GRANTED, refused("second"), refused("third")).reason == "second"
    assert first_refusal(GRANTED, GRANTED) is GRANTED


def test_the_journal_never_sees_an_identity_value() -> None:
    classes = {"birth_on": Privacy.IDENTITY, "name_zh": Privacy.BASIC}
    assert masked(classes, "birth_on", "1980-02-29") == "•••"
    assert masked(classes, "birth_on", None) is None
    assert masked(classes, "name_zh", "夏知远") == "夏知远"
