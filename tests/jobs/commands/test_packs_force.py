"""`preceptor packs force` and `end`: which packs bind an institution, and until when."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from preceptor.base.models import JournalEntry
from preceptor.jobs.commands.packs import packs
from preceptor.standing.models import PackInForce
from preceptor.standing.packs import in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

LAW = "cn/degrees-law"
OVERLAY = """
[pack]
id = "yunting/general-hospital"
version = "1"
title = { zh = "总医院细则", en = "Rules of the General Hospital" }
layer = "unit"
extends = { id = "yunting/clinical-doctorate" }
"""


def asked(*words: str) -> Result:
    return CliRunner().invoke(packs, list(words), env={"LC_ALL": "C.UTF-8"})


def test_a_statute_binds_from_its_day_by_the_operators_word(cast: Cast) -> None:
    done = asked("force", LAW, "--from", "2025-01-01", "--format", "json")
    assert done.exit_code == 0, done.output
    assert '"layer": "statute"' in done.output
    before = {pack.id for pack in in_force(cast.institution, date(2024, 12, 31))}
    after = {pack.id for pack in in_force(cast.institution, date(2025, 1, 1))}
    assert after - before == {LAW}


def test_it_binds_until_the_last_day_and_stays_on_record(cast: Cast) -> None:
    asked("force", LAW, "--from", "2025-01-01")
    done = asked("end", LAW, "--to", "2025-06-30")
    assert done.exit_code == 0, done.output
    assert LAW in {pack.id for pack in in_force(cast.institution, date(2025, 6, 30))}
    assert LAW not in {pack.id for pack in in_force(cast.institution, date(2025, 7, 1))}
    assert PackInForce.objects.filter(pack=LAW).count() == 1
    assert JournalEntry.objects.filter(verb="pack.end").count() == 1


def test_an_overlay_in_a_file_is_kept_whole_and_may_bind_one_hospital(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "general.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    done = asked("force", str(path), "--from", "2024-09-01", "--unit", cast.general.code)
    assert done.exit_code == 0, done.output
    row = PackInForce.objects.get(pack="yunting/general-hospital")
    assert row.unit == cast.general
    assert "training.clinical" in row.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("force", "cn/no-such", "--from", "2025-01-01"), "cn/no-such"),
        (("force", LAW, "--from", "2025-02-30"), "2025-02-30"),
        (("force", LAW, "--from", "2025-01-01", "--unit", "NOWHERE"), "NOWHERE"),
        (("end", LAW, "--to", "2025-01-01"), LAW),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    cast: Cast, words: tuple[str, ...], said: str
) -> None:
    before = PackInForce.objects.count()
    done = asked(*words)
    assert done.exit_code != 0
    assert said in done.output + str(done.exception)
    assert PackInForce.objects.count() == before
