"""An exception is asked for, signed by two other persons, dated, and never hides what it excepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.policy import Batch, Pack, Verdict, evaluate
from preceptor.standing.access import (
    may_ask_waiver,
    may_sign_waiver,
    may_view_waiver,
    visible_waivers,
    waiting_waivers,
)
from preceptor.standing.actions import (
    ask_waiver,
    evaluate_all,
    refuse_waiver,
    sign_waiver,
    withdraw_waiver,
)
from preceptor.standing.choices import WaiverState
from preceptor.standing.models import Finding, PackInForce, Waiver, WaiverSignature
from preceptor.standing.packs import in_force
from preceptor.standing.queries import counts, panel_standings, standing_of
from preceptor.standing.records import enrolment_records, panel_records
from preceptor.standing.schema import SCHEMA
from preceptor.standing.waiving import waivable, waived
from preceptor.training.actions import record_milestones, record_rotations, reschedule_panel
from preceptor.training.choices import RotationKind
from preceptor.training.models import Enrolment, Milestone, Rotation

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

RULE = "training.clinical"
PAPER = "云汀医大研〔2026〕17 号"
REASON = "轮转期间照料重病的父亲"
YEAR = timedelta(days=365)
Ask = Callable[..., Waiver]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The messages are compared in English, whatever is translated already."""
    with translation.override("en"):
        yield


@pytest.fixture
def ask(cast: Cast, secretary: Account) -> Ask:
    """The secretary asks for 林知远, for a year around today, unless told otherwise."""

    def asked(**changed: Any) -> Waiver:
        given: dict[str, Any] = {
            "enrolment": cast.lin, "rule": RULE, "valid_from": today() - timedelta(days=30),
            "valid_to": today() + YEAR, "paper": PAPER, "reason": REASON, "by": secretary,
        } | changed  # fmt: skip
        return ask_waiver(**given)

    return asked


@pytest.fixture
def granted(ask: Ask, office: Account, leader: Account) -> Waiver:
    """A waiver with both signatures."""
    return signed(ask(), office, leader)


def signed(waiver: Waiver, *signers: Account) -> Waiver:
    for signer in signers:
        waiver = sign_waiver(waiver=waiver, by=signer)
    return waiver


def verdict(cast: Cast, rule: str = RULE, on: date | None = None) -> str:
    standing = standing_of(again(cast.lin), on or today(), "en")
    return next(one.verdict.value for one in standing.requirements if one.rule == rule)


def again(enrolment: Enrolment) -> Enrolment:
    """The trainee as a page reads it."""
    return Enrolment.objects.select_related("institution").get(pk=enrolment.pk)


def stored(cast: Cast) -> str:
    return Finding.objects.get(enrolment=cast.lin, rule=RULE).verdict


def account(login: str, kind: RoleKind, unit: Unit) -> Account:
    found = open_account(login=login, name=login, password="only-for-tests-2026", person=None,
                         by=OPERATOR)  # fmt: skip
    grant_role(account=found, kind=kind, unit=unit, valid_from=date(2020, 1, 1), by=OPERATOR)
    return found


def of_layer(cast: Cast, layer: str, unit: Unit | None = None) -> None:
    """The pack in force as if it came from another layer."""
    row = PackInForce.objects.get(institution=cast.institution)
    text = row.text.replace('version = "2023.1"', f'version = "2023.1"\nlayer = "{layer}"', 1)
    PackInForce.objects.filter(pk=row.pk).update(text=text, layer=layer, hash=layer, unit=unit)


def test_the_second_of_two_signatures_lets_the_fail_stand_and_the_first_does_not(
    cast: Cast, ask: Ask, office: Account, leader: Account
) -> None:
    waiver = ask()
    assert (waiver.state, verdict(cast), stored(cast)) == ("asked", "fail", "fail")
    waiver = sign_waiver(waiver=waiver, by=office)
    assert (waiver.state, verdict(cast), stored(cast)) == ("signed_once", "fail", "fail")
    waiver = sign_waiver(waiver=waiver, by=leader)
    assert (waiver.state, verdict(cast), stored(cast)) == ("granted", "waived", "waived")


def test_a_waiver_leaves_every_other_rule_and_every_other_trainee_alone(
    cast: Cast, granted: Waiver
) -> None:
    standing = standing_of(cast.lin, today(), "en")
    waived_rules = [one.rule for one in standing.requirements if one.verdict is Verdict.WAIVED]
    assert waived_rules == [RULE]
    others = standing_of(cast.gu, today(), "en").requirements
    assert Verdict.WAIVED not in {one.verdict for one in others}
    assert Finding.objects.filter(verdict="waived").count() == 1


def test_a_waived_requirement_names_signers_paper_and_last_day_and_what_fails_without_it(
    cast: Cast, granted: Waiver, office: Account, leader: Account
) -> None:
    for language, without in (("en", "19 months; at least 24 required"), ("zh-hans", "19 个月")):
        standing = standing_of(cast.lin, today(), language)
        (said,) = (one for one in standing.requirements if one.verdict is Verdict.WAIVED)
        note = said.waiver
        assert note is not None
        assert (note.until, note.paper) == (granted.valid_to, PAPER)
        assert note.signers == (office.name, leader.name)
        for word in (PAPER, office.name, leader.name, granted.valid_to.isoformat(), without):
            assert word in said.text


def test_what_is_pending_stays_pending_under_a_waiver(
    cast: Cast, ask: Ask, office: Account, leader: Account
) -> None:
    rule = "panel.midterm"
    waiver = ask(
        enrolment=cast.lin, panel=cast.panel, rule=rule, valid_from=date(2022, 1, 1),
        valid_to=date(2023, 12, 31),
    )  # fmt: skip
    signed(waiver, office, leader)
    (standing,) = panel_standings([cast.panel], today(), "en")
    said = {one.rule: one.verdict for one in standing.requirements}
    assert said[rule] is Verdict.PENDING


def test_a_waiver_counts_on_the_day_of_the_event_and_on_no_other_day(
    cast: Cast, granted: Waiver
) -> None:
    inside = [granted.valid_from, granted.valid_to, today()]
    outside = [granted.valid_from - timedelta(days=1), granted.valid_to + timedelta(days=1)]
    assert [verdict(cast, on=day) for day in inside] == ["waived"] * 3
    assert [verdict(cast, on=day) for day in outside] == ["fail"] * 2


def test_a_planned_defence_after_the_last_day_is_not_covered_today(
    cast: Cast, granted: Waiver
) -> None:
    defence = Milestone(
        enrolment=cast.lin, kind="defence", planned_on=granted.valid_to + timedelta(days=1)
    )
    record_milestones(institution=cast.institution, milestones=[defence], by=OPERATOR)
    assert verdict(cast) == "fail"
    assert stored(cast) == "fail"


def test_a_panel_that_moves_out_of_the_period_loses_its_waiver(cast: Cast) -> None:
    record = cast.panel
    waiver = Waiver.objects.create(
        enrolment=cast.lin, panel=record, pack="yunting/clinical-doctorate", rule="panel.midterm",
        layer="university", reason=REASON, paper=PAPER, valid_from=date(2022, 12, 1),
        valid_to=date(2022, 12, 1), state=WaiverState.GRANTED, asked_by="s", asked_by_key="s",
        asked_at="2022-11-01T00:00:00Z",
    )  # fmt: skip
    pack = _pack(cast)
    before = waived(pack, "panel", [record], panel_records([record], today()), today())
    assert before["panel.midterm"].tolist() == [True]
    reschedule_panel(
        panel=record, sits_on=date(2022, 12, 2), precision="day", by=OPERATOR, reason="改期"
    )
    record.refresh_from_db()
    after = waived(pack, "panel", [record], panel_records([record], today()), today())
    assert after == {}
    assert waiver.panel_id == record.pk


def _pack(cast: Cast) -> Pack:
    return in_force(cast.institution)[0]


def test_an_ended_waiver_is_found_by_the_nightly_run(cast: Cast, granted: Waiver) -> None:
    assert stored(cast) == "waived"
    evaluate_all(institution=cast.institution, on=granted.valid_to + timedelta(days=1), by=OPERATOR)
    assert stored(cast) == "fail"


def test_lists_counts_and_pages_agree_about_who_is_waived(cast: Cast, granted: Waiver) -> None:
    (count,) = counts(cast.institution, today(), rule=RULE)
    assert count.counts["waived"] == 1
    assert count.counts["fail"] == Finding.objects.filter(rule=RULE, verdict="fail").count()


def test_asking_twice_asks_once_and_another_request_waits_for_the_first(
    cast: Cast, ask: Ask, office: Account
) -> None:
    first = ask()
    lines = JournalEntry.objects.count()
    assert ask().pk == first.pk
    with pytest.raises(RuleBroken, match="open already"):
        ask(paper="another paper")
    with pytest.raises(RuleBroken, match="open already"):
        ask(by=office)
    assert Waiver.objects.count() == 1
    assert JournalEntry.objects.count() == lines


def test_signing_refusing_and_withdrawing_twice_do_it_once(
    granted: Waiver, ask: Ask, office: Account, leader: Account
) -> None:
    sign_waiver(waiver=granted, by=leader)
    assert WaiverSignature.objects.filter(waiver=granted).count() == 2
    for _time in range(2):
        withdraw_waiver(waiver=granted, reason="情况已变", by=leader)
    assert WaiverSignature.objects.filter(waiver=granted, verb="withdrawn").count() == 1
    other = ask()
    for _time in range(2):
        refuse_waiver(waiver=other, reason="材料不足", by=office)
    assert WaiverSignature.objects.filter(waiver=other).count() == 1


def test_one_refusal_ends_a_request_even_after_a_signature(
    cast: Cast, ask: Ask, office: Account, leader: Account
) -> None:
    waiver = refuse_waiver(waiver=signed(ask(), office), reason="材料不足", by=leader)
    assert (waiver.state, verdict(cast)) == ("refused", "fail")
    with pytest.raises(NotPermitted, match="has been decided"):
        sign_waiver(waiver=waiver, by=account("dean", RoleKind.LEADER, cast.institution))
    assert WaiverSignature.objects.get(verb="refused").reason == "材料不足"
    assert ask().state == "asked"


def test_a_refusal_and_a_withdrawal_need_a_reason(granted: Waiver, office: Account) -> None:
    with pytest.raises(RuleBroken, match="Say why"):
        withdraw_waiver(waiver=granted, reason="  ", by=office)
    granted.refresh_from_db()
    assert granted.state == "granted"


def test_a_withdrawn_waiver_lets_the_rule_fail_at_once(
    cast: Cast, granted: Waiver, office: Account
) -> None:
    withdraw_waiver(waiver=granted, reason="情况已变", by=office)
    assert (verdict(cast), stored(cast)) == ("fail", "fail")


def test_who_asked_takes_back_the_own_request_and_nobody_elses(
    ask: Ask, secretary: Account, supervisor: Account
) -> None:
    waiver = ask()
    with pytest.raises(NotPermitted, match="Only who asked"):
        withdraw_waiver(waiver=waiver, reason="x", by=supervisor)
    assert withdraw_waiver(waiver=waiver, reason="误填", by=secretary).state == "withdrawn"


def test_the_asker_and_the_first_signer_do_not_sign_the_second_time(
    ask: Ask, office: Account, leader: Account
) -> None:
    own = ask(by=office)
    with pytest.raises(NotPermitted, match="You asked for this waiver"):
        sign_waiver(waiver=own, by=office)
    with pytest.raises(NotPermitted, match="You asked for this waiver"):
        refuse_waiver(waiver=own, reason="x", by=office)
    signed(own, leader)
    assert not may_sign_waiver(leader, Waiver.objects.get())
    assert sign_waiver(waiver=own, by=leader).state == "signed_once"


def test_nobody_asks_for_or_decides_on_a_waiver_for_the_own_record(
    cast: Cast, ask: Ask, trainee: Account
) -> None:
    grant_role(account=trainee, kind=RoleKind.OFFICE, unit=cast.institution,
               valid_from=date(2020, 1, 1), by=OPERATOR)  # fmt: skip
    with pytest.raises(NotPermitted, match="own record"):
        ask(by=trainee)
    waiver = ask()
    with pytest.raises(NotPermitted, match="own record"):
        sign_waiver(waiver=waiver, by=trainee)
    assert waiver not in waiting_waivers(trainee)


def test_the_operator_signs_for_nobody(ask: Ask) -> None:
    with pytest.raises(NotPermitted, match="not by the operator"):
        sign_waiver(waiver=ask(), by=OPERATOR)


def test_secretary_office_and_supervisor_ask_and_nobody_else(
    cast: Cast,
    secretary: Account,
    office: Account,
    supervisor: Account,
    trainee: Account,
    leader: Account,
    neighbour: Account,
    stranger: Account,
) -> None:
    asking = [secretary, office, supervisor, trainee, leader, neighbour, stranger]
    permits = [bool(may_ask_waiver(user, cast.lin)) for user in asking]
    assert permits == [True, True, True, False, False, False, False]


def test_secretary_supervisor_and_neighbour_do_not_sign_for_the_university(
    ask: Ask, supervisor: Account, secretary: Account, neighbour: Account
) -> None:
    waiver = ask(by=supervisor)
    for user in (supervisor, secretary, neighbour):
        with pytest.raises(NotPermitted, match="graduate school office and the leaders"):
            sign_waiver(waiver=waiver, by=user)
    assert WaiverSignature.objects.count() == 0


def test_a_leader_of_a_hospital_does_not_sign_for_the_university(cast: Cast, ask: Ask) -> None:
    head = account("head", RoleKind.LEADER, cast.general)
    with pytest.raises(NotPermitted):
        sign_waiver(waiver=ask(), by=head)


def test_a_rule_of_the_hospital_is_waived_by_its_own_secretaries_and_not_by_a_neighbours(
    cast: Cast, ask: Ask, supervisor: Account, secretary: Account, neighbour: Account
) -> None:
    waiver = ask(by=supervisor)
    Waiver.objects.filter(pk=waiver.pk).update(layer="unit")
    of_layer(cast, "unit", cast.general)
    waiver.refresh_from_db()
    head = account("head", RoleKind.LEADER, cast.general)
    with pytest.raises(NotPermitted, match="whose rule it is"):
        sign_waiver(waiver=waiver, by=neighbour)
    assert waiver in waiting_waivers(secretary)
    assert bool(may_sign_waiver(secretary, waiver)) is True
    assert bool(may_sign_waiver(head, waiver)) is True


@pytest.mark.parametrize("layer", ["statute", "ministry", "province"])
def test_a_rule_of_a_layer_above_the_institution_is_waived_by_nobody_here(
    layer: str, cast: Cast, ask: Ask
) -> None:
    of_layer(cast, layer)
    with pytest.raises(RuleBroken, match="binds the institution itself"):
        ask()
    assert not Waiver.objects.exists()


def test_a_granted_waiver_of_a_rule_that_became_a_statute_covers_nothing(
    cast: Cast, granted: Waiver
) -> None:
    assert verdict(cast) == "waived"
    of_layer(cast, "statute")
    assert verdict(cast) == "fail"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rule": "panel.defence.size"}, "concerns this record"),
        ({"rule": "no.such.rule"}, "concerns this record"),
        ({"valid_to": date(2020, 1, 1)}, "before the first|before the start|ends before"),
        ({"valid_to": today() + 6 * YEAR}, "5 years at most"),
        ({"paper": "  "}, "Name the paper"),
        ({"paper": "号" * 201}, "too long"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_a_request_against_the_rules_says_why_and_writes_nothing(
    changed: dict[str, Any], said: str, ask: Ask
) -> None:
    lines = JournalEntry.objects.count()
    with pytest.raises(RuleBroken, match=said):
        ask(**changed)
    assert not Waiver.objects.exists()
    assert JournalEntry.objects.count() == lines


def test_five_years_to_the_day_are_allowed_also_from_a_leap_day(ask: Ask) -> None:
    waiver = ask(valid_from=date(2024, 2, 29), valid_to=date(2029, 2, 28))
    assert waiver.state == "asked"
    with pytest.raises(RuleBroken):
        ask(rule="training.chief", valid_from=date(2024, 2, 29), valid_to=date(2029, 3, 1))


def test_a_warning_is_passed_over_and_not_waived(cast: Cast) -> None:
    pack = _pack(cast)
    rule = next(one for one in pack.rules.values() if one.kind == "warn")
    permit = waivable(pack, rule)
    assert not permit
    assert "only gives notice" in str(permit.reason)


def test_a_rule_that_is_met_cannot_be_waived(cast: Cast, ask: Ask) -> None:
    more = Rotation(
        enrolment=cast.lin, department="外科", start_month=date(2023, 4, 1),
        end_month=date(2023, 12, 1), kind=RotationKind.SPECIALTY,
    )  # fmt: skip
    record_rotations(institution=cast.institution, rotations=[more], by=OPERATOR)
    assert verdict(cast) == "pass"
    with pytest.raises(RuleBroken, match="nothing to waive"):
        ask()


def test_a_waiver_for_the_same_days_is_not_granted_again_but_one_may_follow_it(
    granted: Waiver, ask: Ask
) -> None:
    with pytest.raises(RuleBroken, match="waived already"):
        ask()
    later = ask(valid_from=granted.valid_to, valid_to=granted.valid_to + YEAR)
    assert later.state == "asked"


def test_a_panel_of_somebody_else_is_refused(cast: Cast, ask: Ask) -> None:
    with pytest.raises(InputRefused):
        ask(enrolment=cast.gu, panel=cast.panel, rule="panel.midterm")


def test_the_reason_is_ciphered_at_rest_and_stands_in_no_line_of_the_journal(
    granted: Waiver, office: Account
) -> None:
    withdraw_waiver(waiver=granted, reason="情况已变", by=office)
    with connection.cursor() as cursor:
        for table, text in (("standing_waiver", REASON), ("standing_waiversignature", "情况已变")):
            cursor.execute(f"SELECT reason FROM {table}")
            found = [row[0] for row in cursor.fetchall()]
            assert found
            assert not any(text in cell for cell in found)
    lines = JournalEntry.objects.filter(verb__startswith="waiver.")
    assert [line.verb for line in lines.order_by("number")] == [
        "waiver.ask", "waiver.sign", "waiver.sign", "waiver.withdraw",
    ]  # fmt: skip
    told = " ".join(f"{line.reason}{line.before}{line.after}" for line in lines)
    assert PAPER in told
    assert REASON not in told
    assert "情况已变" not in told


def test_what_is_listed_is_what_may_be_seen_and_what_waits_is_what_may_be_signed(
    cast: Cast,
    ask: Ask,
    office: Account,
    leader: Account,
    secretary: Account,
    supervisor: Account,
    trainee: Account,
    neighbour: Account,
    stranger: Account,
) -> None:
    first = ask()
    second = ask(rule="training.chief", by=office)
    signed(first, leader)
    for user in (office, leader, secretary, supervisor, trainee, neighbour, stranger):
        for row in Waiver.objects.all():
            assert (row in visible_waivers(user)) == bool(may_view_waiver(user, row))
            assert (row in waiting_waivers(user)) == bool(may_sign_waiver(user, row))
    assert list(waiting_waivers(office)) == [first]
    assert list(waiting_waivers(leader)) == [second]
    assert list(visible_waivers(trainee)) == [first, second]
    assert not visible_waivers(neighbour).exists()
    assert not visible_waivers(stranger).exists()


def test_waivers_of_a_thousand_records_are_read_as_often_as_those_of_one(
    cast: Cast, granted: Waiver
) -> None:
    pack = _pack(cast)

    def asked(rows: list[Any]) -> tuple[int, int]:
        records = enrolment_records(rows, today())
        with CaptureQueriesContext(connection) as captured:
            found = waived(pack, "enrolment", rows, records, today())
        assert found[RULE].tolist() == [row.pk == cast.lin.pk for row in rows]
        return len(captured), len(rows)

    one = asked([cast.lin])
    many = asked([cast.lin, cast.gu, cast.shen] * 300)
    assert one[0] == many[0] <= 2
    assert many[1] == 900


def test_masks_turn_only_a_fail_into_waived(cast: Cast, granted: Waiver) -> None:
    rows = [cast.lin, cast.gu]
    records = enrolment_records(rows, today())
    batch = Batch.from_records(SCHEMA, "enrolment", records, on=today())
    pack = _pack(cast)
    plain = evaluate(pack, batch)
    excepted = evaluate(pack, batch.with_waived(waived(pack, "enrolment", rows, records, today())))
    for rule in (one.id for one in pack.rules_of("enrolment")):
        for place in range(2):
            changed = plain.verdict(rule, place) != excepted.verdict(rule, place)
            assert changed == ((rule, place) == (RULE, 0))
