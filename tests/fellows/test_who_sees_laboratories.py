"""Who sees programmes, laboratories and appointments: the set and the single question agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.fellows.access import (
    may_decide_for_laboratory,
    may_keep_laboratory,
    may_view_appointment,
    may_view_laboratory,
    may_view_money,
    may_view_programme,
    visible_appointments,
    visible_laboratories,
    visible_programmes,
)

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOTH, FIRST, SECOND, NONE = ["YT-P1", "YT-P2"], ["YT-P1"], ["YT-P2"], list[str]()
SEEN = {
    "head": FIRST, "other": SECOND, "member": FIRST, "director": BOTH, "office": BOTH,
    "personnel": BOTH, "leader": BOTH, "secretary": BOTH, "neighbour": NONE, "stranger": NONE,
    "c0": NONE,
}  # fmt: skip
OF_APPOINTMENT = {"head", "director", "office", "personnel", "leader", "secretary"}


@pytest.mark.parametrize("who", sorted(SEEN))
def test_each_sees_the_laboratories_of_the_own_reach(pis: Programme, who: str) -> None:
    user = pis[who]
    rows = visible_laboratories(user).order_by("unit__code")
    assert [row.unit.code for row in rows] == SEEN[who]
    for laboratory in (pis.laboratory, pis.second):
        seen = laboratory.unit.code in SEEN[who]
        assert bool(may_view_laboratory(user, laboratory)) == seen
    assert visible_appointments(user).exists() == (who in OF_APPOINTMENT)
    assert bool(may_view_appointment(user, pis.appointment)) == (who in OF_APPOINTMENT)
    assert visible_programmes(user).exists() == bool(may_view_programme(user, pis.programme))
    assert visible_programmes(user).exists() == (SEEN[who] != NONE and who != "member")


def test_the_command_line_sees_everything(pis: Programme) -> None:
    assert visible_laboratories(OPERATOR).count() == 2
    assert may_view_programme(OPERATOR, pis.programme)
    assert may_view_appointment(OPERATOR, pis.appointment)


def test_a_member_reads_neither_account_nor_charter(pis: Programme) -> None:
    may = {who: bool(may_view_money(pis[who], pis.laboratory)) for who in SEEN}
    assert {who for who, is_so in may.items() if is_so} == {
        "head", "director", "office", "personnel", "leader", "secretary"
    }  # fmt: skip


def test_only_the_head_decides_for_a_laboratory_and_a_leader_keeps_no_records(
    pis: Programme,
) -> None:
    deciding = {who for who in SEEN if may_decide_for_laboratory(pis[who], pis.laboratory)}
    keeping = {who for who in SEEN if may_keep_laboratory(pis[who], pis.laboratory)}
    assert deciding == {"head"}
    assert keeping == {"head", "director", "office", "personnel", "secretary"}
