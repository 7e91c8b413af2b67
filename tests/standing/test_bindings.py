"""Which packs bind whom on which day: institutions, units, layers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import Job, JournalEntry
from preceptor.base.queue.worker import Worker
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.models import Account
from preceptor.policy import PackError
from preceptor.standing.actions import end_force, evaluate_all, put_in_force
from preceptor.standing.choices import ChangeCause, RunCause
from preceptor.standing.models import (
    Finding,
    FindingChange,
    PackComposition,
    PackInForce,
    Standing,
    StandingRun,
)
from preceptor.standing.packs import (
    SHIPPED,
    bindings,
    content,
    find,
    force_on,
    in_force,
    in_force_at,
    in_force_in,
)
from preceptor.standing.queries import counts, panel_standings, standing_of
from preceptor.training.actions import NewSeat, compose_panels, move
from preceptor.training.models import Enrolment, Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

A_DAY = timedelta(days=1)
DOCTORATE, LAW = "yunting/clinical-doctorate", "cn/degrees-law"
SOURCE = (SHIPPED / "yunting" / "clinical-doctorate-2023.toml").read_text(encoding="utf-8")

#: The same with more months as the stricter number.
ORDERED = SOURCE
if "stricter" not in SOURCE.split("[param.clinical_months]")[1].split("[")[0]:
    ORDERED = SOURCE.replace(
        "[param.clinical_months]\n", '[param.clinical_months]\nstricter = "higher"\n'
    )

OWN = """
[pack]
id = "yunting/own"
version = "1"
layer = "unit"
title = { zh = "医院规定", en = "Hospital rules" }
[source.paper]
title = { zh = "医院文件", en = "Paper of the hospital" }
[fact.enrolment.own_months]
count = "training"
where = "kind == 'specialty'"
title = { zh = "专科训练月数", en = "months of specialty" }
[[rule]]
id = "own.months"
subject = "enrolment"
kind = "block"
title = { zh = "至少 1 个月专科训练", en = "At least one month of specialty" }
cite = "paper"
evidence = "S"
require = "own_months >= 1"
message = { zh = "{own_months} 个月", en = "{own_months} months" }
[[rule.example]]
verdict = "pass"
record = { training = [{ month = 2024-01-01, months = 1, kind = "specialty" }] }
[[rule.example]]
verdict = "fail"
record = { training = [] }
[[rule.example]]
verdict = "pending"
record = { training = [{ month = 2024-01-01, months = 1 }] }
"""

STRICTER = (
    OWN.replace("yunting/own", "yunting/stricter")
    + """
[[replace]]
pack = "yunting/clinical-doctorate"
param = "clinical_months"
values = [{ from = 2015-09-01, value = VALUE, cite = "paper", evidence = "S" }]
"""
)


def put(cast: Cast, text: str, since: date, unit: Unit | None = None, **more: Any) -> PackInForce:
    name = text.split('id = "')[1].split('"')[0]
    return put_in_force(
        institution=cast.institution, pack=name, valid_from=since, by=more.get("by", OPERATOR),
        unit=unit, text=text,
    )  # fmt: skip


def order(cast: Cast) -> None:
    put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=date(2024, 1, 1), by=OPERATOR,
        text=ORDERED,
    )  # fmt: skip


def evaluate(cast: Cast, on: date | None = None) -> None:
    evaluate_all(institution=cast.institution, on=on or today(), by=OPERATOR, cause=RunCause.PACK)


def test_contents_of_one_pack_follow_each_other_by_day(cast: Cast) -> None:
    first, later = PackInForce.objects.get(), today() + 10 * A_DAY
    text = SOURCE.replace('version = "2023.1"', 'version = "2027.1"')
    row = put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=later, by=OPERATOR, text=text
    )
    assert PackInForce.objects.count() == 2
    assert row.hash != first.hash
    for day, wanted in (
        (first.in_force_from - A_DAY, []), (first.in_force_from, [first.hash]),
        (later - A_DAY, [first.hash]), (later, [row.hash]), (later + 999 * A_DAY, [row.hash]),
    ):  # fmt: skip
        assert [pack.hash for pack in in_force(cast.institution, day)] == wanted
    assert [pack.hash for pack in in_force(cast.institution)] == [first.hash]
    assert content(first.hash).version == "2023.1"


def test_a_pack_that_ended_binds_to_its_last_day_and_can_begin_again(cast: Cast) -> None:
    end_force(institution=cast.institution, pack=DOCTORATE, last_day=today(), by=OPERATOR)
    lines = JournalEntry.objects.count()
    end_force(institution=cast.institution, pack=DOCTORATE, last_day=today(), by=OPERATOR)
    assert JournalEntry.objects.count() == lines
    assert in_force(cast.institution) != []
    assert in_force(cast.institution, today() + A_DAY) == []
    evaluate(cast, today() + A_DAY)
    assert not Finding.objects.exists()
    assert not Standing.objects.exists()
    assert set(FindingChange.objects.values_list("cause", "until")) == {("pack", today())}
    put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=today() + 5 * A_DAY, by=OPERATOR
    )
    assert in_force(cast.institution, today() + 2 * A_DAY) == []
    assert len(in_force(cast.institution, today() + 5 * A_DAY)) == 1


def test_what_is_not_in_force_or_is_followed_by_another_cannot_be_ended(cast: Cast) -> None:
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    with pytest.raises(InputRefused):
        end_force(pack="nobody/nothing", last_day=today(), **place)
    with pytest.raises(InputRefused):
        end_force(pack=DOCTORATE, last_day=date(2022, 12, 31), **place)
    put_in_force(pack=DOCTORATE, valid_from=today() + A_DAY, **place)
    with pytest.raises(RuleBroken):
        end_force(pack=DOCTORATE, last_day=today(), **place)
    assert not PackInForce.objects.exclude(in_force_to=None).exists()


def test_the_text_must_be_that_of_the_pack(cast: Cast) -> None:
    with pytest.raises(InputRefused, match="yunting/own"):
        put_in_force(
            institution=cast.institution, pack=DOCTORATE, valid_from=today(), by=OPERATOR, text=OWN
        )
    assert PackInForce.objects.count() == 1


def test_a_statute_is_put_into_force_and_ended_by_nobody_but_the_operator(
    cast: Cast, office: Account, leader: Account
) -> None:
    since = date(2025, 1, 1)
    place: dict[str, Any] = {"institution": cast.institution, "pack": LAW}
    for by in (office, leader):
        with pytest.raises(NotPermitted):
            put_in_force(valid_from=since, by=by, **place)
    assert not PackInForce.objects.filter(pack=LAW).exists()
    row = put_in_force(valid_from=since, by=OPERATOR, **place)
    assert row.layer == "statute"
    with pytest.raises(NotPermitted):
        end_force(last_day=today(), by=office, **place)
    assert PackInForce.objects.get(pack=LAW).in_force_to is None


def test_a_pack_of_a_unit_judges_its_trainees_and_those_below_and_nobody_else(cast: Cast) -> None:
    ward = open_unit(
        upper=cast.general, code="YT-01-1", kind="teaching_office", name_zh="内科教研室",
        name_en="Medicine", valid_from=date(1990, 1, 1), by=OPERATOR,
    )  # fmt: skip
    move(
        enrolment=cast.gu, unit=ward, direction=cast.medicine, on=today(), reason="分配",
        by=OPERATOR,
    )  # fmt: skip
    put(cast, OWN, date(2024, 1, 1), cast.general)
    evaluate(cast)
    judged = Finding.objects.filter(rule="own.months").values_list("enrolment", "verdict")
    assert dict(judged) == {cast.lin.pk: "pass", cast.gu.pk: "fail"}
    assert [pack.id for pack in in_force(cast.institution)] == [DOCTORATE]
    assert [pack.id for pack in in_force_in(cast.institution.pk, ward.pk)] == [
        DOCTORATE, "yunting/own",
    ]  # fmt: skip
    assert [pack.id for pack in in_force_in(cast.institution.pk, cast.cancer.pk)] == [DOCTORATE]
    assert [pack.id for pack in in_force_at([cast.institution.pk])] == [DOCTORATE, "yunting/own"]
    bound = {known.pack.id: known for known in bindings(cast.institution)}
    assert (bound[DOCTORATE].unit, bound[DOCTORATE].units) == (None, None)
    assert bound["yunting/own"].units == frozenset({cast.general.pk, ward.pk})
    for row, number in ((cast.lin, 1), (cast.gu, 1), (cast.shen, 0)):
        fresh = Enrolment.objects.select_related("institution").get(pk=row.pk)
        said = [one.rule for one in standing_of(fresh, today(), "zh").requirements]
        assert said.count("own.months") == number
    own = next(row for row in counts(cast.institution, today()) if row.rule == "own.months")
    assert (own.counts["pass"], own.counts["fail"]) == (1, 1)


def test_who_moves_out_of_a_unit_is_no_longer_judged_by_its_pack(cast: Cast) -> None:
    put(cast, OWN, date(2024, 1, 1), cast.general)
    evaluate(cast)
    assert Finding.objects.filter(enrolment=cast.lin, rule="own.months").exists()
    move(
        enrolment=cast.lin, unit=cast.cancer, direction=cast.medicine, on=today(), reason="转院",
        by=OPERATOR,
    )  # fmt: skip
    assert not Finding.objects.filter(enrolment=cast.lin, rule="own.months").exists()
    closed = FindingChange.objects.get(enrolment=cast.lin, rule="own.months")
    assert closed.cause == ChangeCause.RECORD


def test_a_pack_binds_only_units_of_the_institution(cast: Cast) -> None:
    other = open_unit(
        upper=None, code="ZZ", kind="university", name_zh="别校", name_en="Other",
        valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="别校"):
        put(cast, OWN, today(), other)
    assert PackInForce.objects.count() == 1


def test_a_unit_may_ask_for_more_and_its_trainees_are_judged_by_that_and_others_are_not(
    cast: Cast,
) -> None:
    order(cast)
    evaluate(cast)
    plain = in_force(cast.institution)[0]
    row = put(cast, STRICTER.replace("VALUE", "30"), date(2024, 6, 1), cast.general)
    evaluate(cast)
    clinical = Finding.objects.filter(rule="training.clinical")
    hashes = dict(clinical.values_list("enrolment", "hash"))
    assert hashes[cast.shen.pk] == plain.hash
    assert hashes[cast.lin.pk] == hashes[cast.gu.pk] != plain.hash
    kept = PackComposition.objects.get()
    assert (kept.hash, kept.pack) == (hashes[cast.lin.pk], DOCTORATE)
    assert kept.parts == [plain.hash, row.hash]
    assert content(kept.hash).hash == plain.hash
    fresh = Enrolment.objects.select_related("institution").get(pk=cast.lin.pk)
    said = {one.rule: one for one in standing_of(fresh, today(), "en").requirements}
    assert "30" in said["training.clinical"].text
    fresh = Enrolment.objects.select_related("institution").get(pk=cast.shen.pk)
    said = {one.rule: one for one in standing_of(fresh, today(), "en").requirements}
    assert "24" in said["training.clinical"].text


def test_a_unit_may_not_ask_for_less(cast: Cast) -> None:
    order(cast)
    held, jobs = PackInForce.objects.count(), Job.objects.count()
    with pytest.raises(PackError, match="18"):
        put(cast, STRICTER.replace("VALUE", "18"), date(2024, 6, 1), cast.general)
    assert PackInForce.objects.count() == held
    assert Job.objects.count() == jobs


def test_an_upper_pack_may_end_before_the_lower_one_that_replaces_in_it(cast: Cast) -> None:
    order(cast)
    put(cast, STRICTER.replace("VALUE", "30"), date(2024, 6, 1))
    end_force(institution=cast.institution, pack=DOCTORATE, last_day=today(), by=OPERATOR)
    after = force_on(cast.institution.pk, today() + A_DAY)
    assert [pack.id for pack in after.of(None)] == ["yunting/stricter"]
    assert after.absent == {DOCTORATE}


def test_a_panel_with_only_its_chair_from_outside_passes_before_the_law_and_fails_under_it(
    cast: Cast,
) -> None:
    put_in_force(institution=cast.institution, pack=LAW, valid_from=date(2025, 1, 1), by=OPERATOR)
    found = []
    for number, day in ((1, date(2024, 6, 1)), (2, date(2025, 6, 1))):
        panel = Panel(
            number=f"L-{number}", institution=cast.institution, enrolment=cast.lin,
            stage="defence", sits_on=day,
        )  # fmt: skip
        keys = ["S2", "S3", "T1", "T2", "T3"]
        seats = [
            NewSeat(
                cast.persons[key], "chair" if key == "S2" else "member",
                {"stated_outside_institution": key == "S2"},
            )
            for key in keys
        ]  # fmt: skip
        compose_panels(institution=cast.institution, panels=[(panel, seats)], by=OPERATOR)
        found.append(panel)
    by_law = Finding.objects.filter(pack=LAW, rule="law.defence.external")
    assert list(by_law.values_list("panel", "verdict")) == [(found[1].pk, "fail")]
    chair = Finding.objects.filter(rule="panel.defence.chair", panel__in=found)
    assert set(chair.values_list("verdict", flat=True)) == {"pass"}
    rows = Panel.objects.filter(pk__in=[panel.pk for panel in found]).order_by("pk")
    rows = rows.select_related("enrolment", "institution")
    for panel, standing in zip(found, panel_standings(list(rows), today(), "zh"), strict=True):
        assert standing.panel.pk == panel.pk
        said = {one.rule: one.verdict.value for one in standing.requirements}
        stored = dict(Finding.objects.filter(panel=panel).values_list("rule", "verdict"))
        assert said == stored


def test_a_pack_put_into_force_asks_for_an_evaluation_which_the_worker_does_once(
    cast: Cast,
) -> None:
    assert not Job.objects.filter(task="standing.evaluate").exists()
    put(cast, OWN, date(2024, 1, 1))
    put(cast, OWN.replace("yunting/own", "yunting/second"), date(2024, 1, 1))
    assert Job.objects.filter(task="standing.evaluate", state="queued").count() == 1
    assert not Finding.objects.filter(rule="own.months").exists()
    runs = StandingRun.objects.count()
    assert Worker().run_due() == 1
    assert Finding.objects.filter(rule="own.months").count() == 6
    assert StandingRun.objects.count() == runs + 1
    assert StandingRun.objects.latest("pk").cause == "pack"
    assert Job.objects.get(task="standing.evaluate").state == "done"
    assert not FindingChange.objects.exists()


def test_a_pack_to_come_asks_for_nothing_yet(cast: Cast) -> None:
    put(cast, OWN, today() + A_DAY)
    assert not Job.objects.filter(task="standing.evaluate").exists()


def test_another_content_with_the_same_answers_is_named_and_closes_no_verdict(cast: Cast) -> None:
    first = date(2023, 5, 4)
    Finding.objects.update(since=first)
    old = in_force(cast.institution)[0]
    text = SOURCE.replace('version = "2023.1"', 'version = "2026.9"')
    put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=today(), by=OPERATOR, text=text
    )
    evaluate(cast)
    rows = Finding.objects.all()
    assert {row.version for row in rows} == {"2026.9"}
    assert {row.hash for row in rows} == {in_force(cast.institution)[0].hash} != {old.hash}
    assert {row.since for row in rows} == {first}
    assert not FindingChange.objects.exists()


def test_a_content_with_other_answers_closes_verdicts_because_the_rules_changed(
    cast: Cast,
) -> None:
    put(cast, OWN, date(2024, 1, 1))
    evaluate(cast)
    text = OWN.replace("own_months >= 1", "own_months <= 0").replace(
        'verdict = "pass"', 'verdict = "x"').replace('verdict = "fail"', 'verdict = "pass"').replace(
        'verdict = "x"', 'verdict = "fail"')  # fmt: skip
    put(cast, text, today())
    evaluate(cast)
    changes = FindingChange.objects.filter(rule="own.months")
    assert {(row.enrolment_id, row.verdict, row.cause) for row in changes} == {
        (cast.lin.pk, "pass", "pack"), (cast.gu.pk, "fail", "pack"),
        (cast.shen.pk, "fail", "pack"),
    }  # fmt: skip
    assert Finding.objects.get(enrolment=cast.lin, rule="own.months").verdict == "fail"


def test_a_shipped_overlay_is_laid_over_its_base_and_put_into_force_whole(
    cast: Cast, home: Path
) -> None:
    base = find(DOCTORATE)
    folder = home / "packs"
    folder.mkdir()
    overlay = folder / "planned.toml"
    overlay.write_text(
        f'[pack]\nid = "{DOCTORATE}"\nversion = "2026.9"\n'
        f'extends = {{ id = "{DOCTORATE}", version = "{base.version}", hash = "{base.hash}" }}\n',
        encoding="utf-8",
    )
    assert find(DOCTORATE).version == "2026.9"
    assert set(find(DOCTORATE).rules) == set(base.rules)
    row = put_in_force(
        institution=cast.institution, pack=DOCTORATE, valid_from=today(), by=OPERATOR
    )
    overlay.unlink()
    assert row.hash != base.hash
    assert "extends" not in row.text.split("[source")[0].replace("based_on", "")
    assert in_force(cast.institution)[0].version == "2026.9"


def test_what_binds_is_read_with_one_query_and_one_more_for_units(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    in_force(cast.institution)
    with django_assert_num_queries(1):
        in_force(cast.institution)
    put(cast, OWN, date(2024, 1, 1), cast.general)
    put(cast, OWN.replace("yunting/own", "yunting/second"), date(2024, 1, 1), cast.cancer)
    in_force(cast.institution)
    with django_assert_num_queries(2):
        in_force_in(cast.institution.pk, cast.general.pk)
