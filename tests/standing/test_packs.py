"""Where packs are found, and how one is put into force."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.policy import PackError
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.standing.models import Finding, PackInForce
from preceptor.standing.packs import SHIPPED, find, in_force, shipped
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

PACK = "yunting/clinical-doctorate"
SOURCE = SHIPPED / "yunting" / "clinical-doctorate-2023.toml"
SINCE = date(2023, 1, 1)


def lay(home: Path, text: str, name: str = "own.toml") -> Path:
    folder = home / "packs" / "own"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def own(**changes: str) -> str:
    """The shipped pack's text with some words replaced."""
    text = SOURCE.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_the_shipped_pack_is_found_by_its_id_and_as_a_file(home: Path) -> None:
    assert {PACK, "cn/degrees-law"} <= set(shipped())
    assert find(PACK).hash == find(str(SOURCE)).hash


def test_the_institution_s_own_folder_comes_before_what_is_shipped(home: Path) -> None:
    lay(home, own().replace('version = "2023.1"', 'version = "2023.9"'))
    assert find(PACK).version == "2023.9"


def test_an_unknown_pack_is_refused_with_those_that_are_here(home: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        find("yunting/clinical-doctrate")
    assert "yunting/clinical-doctrate" in str(refusal.value)
    assert PACK in str(refusal.value)


@pytest.mark.parametrize("name", ["none.toml", "/nowhere/none.toml"])
def test_a_pack_file_that_is_not_there_is_refused_by_its_name(home: Path, name: str) -> None:
    with pytest.raises(InputRefused, match=r"none\.toml"):
        find(name)


def test_a_changed_file_is_read_again(home: Path) -> None:
    path = lay(home, own())
    before = find(str(path)).hash
    lay(home, own().replace('version = "2023.1"', 'version = "2023.9"'))
    stamp = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(stamp, stamp))
    assert find(str(path)).hash != before


def test_files_that_are_no_packs_hide_no_pack(home: Path) -> None:
    before = shipped()
    lay(home, "not = [toml", "broken.toml")
    lay(home, "[other]\nid = 1\n", "other.toml")
    (home / "packs" / "own" / "binary.toml").write_bytes(b"\xff\xfe\x00")
    assert shipped() == before
    assert find(PACK)


BROKEN = {
    "a fact nobody declared": own().replace(
        "clinical >= clinical_months", "clinica >= clinical_months"
    ),
    "a grade that does not exist": own().replace("== 'midterm'", "== 'midtrem'"),
    "no id below the head": own().replace("[param.clinical_months]", "[param]"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_pack_is_refused_and_changes_nothing(cast: Cast, home: Path, text: str) -> None:
    force, findings = list(PackInForce.objects.values()), list(Finding.objects.values())
    lines = JournalEntry.objects.count()
    path = lay(home, text)
    for name in (PACK, str(path)):
        with pytest.raises(PackError):
            put_in_force(institution=cast.institution, pack=name, valid_from=SINCE, by=OPERATOR)
    assert list(PackInForce.objects.values()) == force
    assert list(Finding.objects.values()) == findings
    assert JournalEntry.objects.count() == lines


def test_what_was_put_into_force_holds_whatever_becomes_of_the_file(cast: Cast, home: Path) -> None:
    findings = list(Finding.objects.order_by("rule", "panel", "enrolment").values_list("verdict"))
    held = [pack.hash for pack in in_force(cast.institution)]
    lay(home, BROKEN["a fact nobody declared"])
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    change_state(
        enrolment=cast.lin, to=EnrolmentState.SUSPENDED, on=today(), reason="休", by=OPERATOR
    )
    assert [pack.hash for pack in in_force(cast.institution)] == held
    after = Finding.objects.order_by("rule", "panel", "enrolment").values_list("verdict")
    assert list(after) == findings


def test_a_pack_that_contradicts_its_own_example_is_not_put_into_force(
    cast: Cast, home: Path
) -> None:
    before = PackInForce.objects.get()
    lay(home, own().replace("clinical >= clinical_months", "clinical > clinical_months"))
    with pytest.raises(PackError):
        put_in_force(institution=cast.institution, pack=PACK, valid_from=SINCE, by=OPERATOR)
    assert PackInForce.objects.get() == before
    assert PackInForce.objects.get().hash == before.hash


@pytest.mark.parametrize("who", ["secretary", "leader", "supervisor", "stranger"])
def test_only_the_office_puts_a_pack_into_force(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    PackInForce.objects.all().delete()
    with pytest.raises(NotPermitted):
        put_in_force(
            institution=cast.institution, pack=PACK, valid_from=SINCE,
            by=request.getfixturevalue(who),
        )  # fmt: skip
    assert not PackInForce.objects.exists()


def test_the_same_pack_put_into_force_again_is_no_second_line(cast: Cast, office: Account) -> None:
    lines = JournalEntry.objects.filter(verb="pack.force")
    before = lines.count()
    again = put_in_force(institution=cast.institution, pack=PACK, valid_from=SINCE, by=office)
    assert again == PackInForce.objects.get()
    assert lines.count() == before


def test_a_content_that_has_begun_is_never_overwritten(
    cast: Cast, home: Path, office: Account
) -> None:
    before, lines = PackInForce.objects.get(), JournalEntry.objects.count()
    lay(home, own().replace('version = "2023.1"', 'version = "2023.9"'))
    with pytest.raises(RuleBroken, match="2023-01-01"):
        put_in_force(institution=cast.institution, pack=PACK, valid_from=SINCE, by=office)
    assert PackInForce.objects.get().text == before.text
    assert JournalEntry.objects.count() == lines


def test_a_content_that_has_not_begun_is_replaced_and_the_journal_says_what_stood_before(
    cast: Cast, home: Path, office: Account
) -> None:
    coming = today() + timedelta(days=30)
    planned = {"institution": cast.institution, "pack": PACK, "valid_from": coming, "by": office}
    first = put_in_force(**planned)
    lay(home, own().replace('version = "2023.1"', 'version = "2023.9"'))
    row = put_in_force(**planned)
    assert (row.pk, row.version) == (first.pk, "2023.9")
    line = JournalEntry.objects.filter(verb="pack.force").last()
    assert line is not None
    assert line.before is not None
    assert (line.before["hash"], line.before["version"]) == (first.hash, "2023.1")


def test_a_pack_is_in_force_from_its_day_on(cast: Cast) -> None:
    assert [pack.id for pack in in_force(cast.institution)] == [PACK]
    PackInForce.objects.update(in_force_from=today() + timedelta(days=1))
    assert in_force(cast.institution) == []
    PackInForce.objects.update(in_force_from=today())
    assert len(in_force(cast.institution)) == 1


def test_without_a_pack_in_force_nothing_is_judged(cast: Cast) -> None:
    PackInForce.objects.all().delete()
    evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)
    assert not Finding.objects.exists()
