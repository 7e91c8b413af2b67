"""The list of panels, and one panel with its members on the day of the sitting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of
from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, JobState, Lineage, StoredFile
from preceptor.base.today import today
from preceptor.cases.models import Sitting, SittingSeat
from preceptor.jobs.tasks import panel_repair
from preceptor.people.actions import declare_tie, give_titles
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Absence, Account, Person, Title
from preceptor.training.actions import NewSeat, begin_panel, compose_panels, reschedule_panel
from preceptor.training.models import ConflictOverride, Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]


def compose(cast: Cast, count: int) -> None:
    """More mid-term panels of the same three members."""
    panels = [
        (
            Panel(
                number=f"P-2023-{number:04}", institution=cast.institution, enrolment=cast.gu,
                stage="midterm", sits_on=date(2023, 5, 10),
            ),
            [NewSeat(cast.persons[key], "member") for key in ("T1", "T2", "T3")],
        )
        for number in range(count)
    ]  # fmt: skip
    compose_panels(institution=cast.institution, panels=panels, by=OPERATOR)


def test_panels_are_listed_for_those_who_see_the_trainee_and_nobody_else(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    leader: Account,
    neighbour: Account,
    stranger: Account,
) -> None:
    for account in (trainee, supervisor, secretary, leader):
        assert "P-2022-0001" in signed_in(account).get("/panels/").content.decode()
    for account in (neighbour, stranger):
        page = signed_in(account).get("/panels/").content.decode()
        assert "P-2022-0001" not in page
        assert "林知远" not in page


def test_a_neighbour_and_a_stranger_get_no_panel_and_no_name(
    signed_in: SignIn, cast: Cast, neighbour: Account, stranger: Account
) -> None:
    for account in (neighbour, stranger):
        response = signed_in(account).get(f"/panels/{cast.panel.pk}/")
        assert response.status_code == 404
        assert not {"林知远", "江晚晴"} & set(response.content.decode().split())
        assert "江晚晴" not in response.content.decode()


def test_a_member_of_unknown_title_reads_not_recorded_and_leaves_the_panel_pending(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    response = signed_in(secretary, "en").get(f"/panels/{cast.panel.pk}/")
    seats = {seat["name"]: seat for seat in response.context["seats"]}
    assert seats["Fang Shuyu"]["title"] is None
    assert seats["Jiang Wanqing"]["title"] == "教授"
    assert response.context["verdict_word"] == "pending"
    assert "not recorded" in response.content.decode()


def test_a_member_is_shown_with_the_title_of_the_day_of_the_sitting(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    later = Title(
        person=cast.persons["T3"], series=TitleSeries.TEACHER, level=TitleLevel.ASSOCIATE,
        name="副教授", valid_from=date(2023, 1, 1),
    )  # fmt: skip
    give_titles(institution=cast.institution, titles=[later], by=OPERATOR)
    client, address = signed_in(secretary), f"/panels/{cast.panel.pk}/"
    assert client.get(address).context["seats"][2]["title"] is None
    reschedule_panel(
        panel=cast.panel, sits_on=date(2023, 2, 1), precision="day", by=OPERATOR, reason="改期"
    )
    after = client.get(address).context
    assert after["seats"][2]["title"] == "副教授"
    assert after["verdict_word"] == "pass"


def test_the_panel_names_the_cell_that_a_value_came_from(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    file = StoredFile.objects.create(sha256="b" * 64, name="评审小组名单.xlsx", size=1)
    Lineage.objects.create(
        file=file, sheet="答辩", row=7, column="F", header="职称",
        subject_kind="panel", subject_key=str(cast.panel.pk), field="seat.title",
    )  # fmt: skip
    page = signed_in(secretary).get(f"/panels/{cast.panel.pk}/").content.decode()
    assert "评审小组名单.xlsx" in page
    assert "<code>F7</code>" in page


def test_who_is_in_house_is_not_from_another_institution_and_the_rest_stays_unknown(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    seats = signed_in(secretary).get(f"/panels/{cast.panel.pk}/").context["seats"]
    assert [seat["is_outside_institution"] for seat in seats] == [False, False, False]
    assert [seat["is_doctoral_supervisor"] for seat in seats] == [False, False, False]
    assert {seat["field"] for seat in seats} != {None}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?stage=midterm", 4),
        ("?stage=defence", 0),
        ("?q=P-2022", 1),
        ("?q=guqing", 3),
        ("?verdict=pending", 4),
        ("?verdict=pass", 0),
        ("?stage=unheard", 4),
    ],
)
def test_the_list_of_panels_is_narrowed_by_each_filter(
    query: str, count: int, signed_in: SignIn, cast: Cast, office: Account
) -> None:
    compose(cast, 3)
    assert len(signed_in(office).get(f"/panels/{query}").context["rows"]) == count


def test_the_pages_of_panels_ask_as_often_for_one_panel_as_for_thirty(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = ["/panels/", f"/panels/{cast.panel.pk}/"]
    before = [asked(address) for address in addresses]
    compose(cast, 30)
    assert [asked(address) for address in addresses] == before
    assert max(before) <= 12


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_panels_are_written_in_both_languages(
    language: str, signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary, language)
    assert client.get("/panels/").status_code == 200
    page = client.get(f"/panels/{cast.panel.pk}/").content.decode()
    assert ("Jiang Wanqing" in page) == (language == "en")
    assert ("江晚晴" in page) == (language != "en")


# The workspace of a panel that is composed for a request.


@pytest.fixture
def world(cast: Cast) -> Cast:
    adopt(cast)
    return cast


@pytest.fixture
def at_composition(
    world: Cast, supervisor: Account, secretary: Account
) -> tuple[Panel, list[Person]]:
    """顾清妍's mid-term panel, still empty, and the professors who could sit."""
    case = agreed(asked(world.gu, trainee_of(world)), supervisor)
    panel = begin_panel(case=case, by=secretary, planned_on=today())
    return panel, experts(world)


def chosen(persons: list[Person], do: str = "check", **more: object) -> dict[str, object]:
    """What the form sends: the first in the chair."""
    given: dict[str, object] = {"do": do, "planned_on": today().isoformat(), **more}
    given["seat"] = [one.pk for one in persons]
    roles = {f"role_{one.pk}": "member" if place else "chair" for place, one in enumerate(persons)}
    return given | roles


def test_a_composition_is_judged_before_it_is_saved_and_nothing_is_written(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    for count, word in ((2, "fail"), (3, "pass"), (4, "fail"), (5, "pass")):
        page = client.post(address, chosen(persons[:count]))
        assert page.context["verdict_word"] == word
        assert len(page.context["members"]) == count
    assert not panel.seats.exists()


def test_htmx_gets_the_piece_alone_and_a_plain_form_the_page(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    piece = client.post(address, chosen(persons[:3]), headers={"HX-Request": "true"})
    page = client.post(address, chosen(persons[:3]))
    assert "<html" not in piece.content.decode() and "<html" in page.content.decode()
    assert piece.context["verdict_word"] == page.context["verdict_word"] == "pass"


def test_persons_are_found_added_taken_off_and_saved_in_their_roles(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    found = client.post(address, chosen(persons[:1], "search", q="苏未央"))
    assert [line["key"] for line in found.context["offered"]] == [persons[1].pk]
    added = client.post(address, chosen(persons[:1], add=persons[1].pk))
    assert [line["key"] for line in added.context["members"]] == [one.pk for one in persons[:2]]
    off = client.post(address, chosen(persons[:3], remove=persons[1].pk))
    assert len(off.context["members"]) == 2
    assert client.post(address, chosen(persons[:3], "save")).status_code == 302
    assert list(panel.seats.values_list("role", flat=True)) == ["chair", "member", "member"]
    assert client.post(address, chosen(persons[:3], "finish")).status_code == 302
    assert panel.milestone_case.case.stage == "approval"


def test_the_supervisor_is_shown_with_the_conflict_and_keeps_the_panel_from_being_sent_on(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    members = [*persons[:2], world.persons["T1"]]
    page = client.post(address, chosen(members, "finish"))
    assert page.status_code == 200
    line = next(one for one in page.context["members"] if one["key"] == world.persons["T1"].pk)
    assert line["is_stopped"]
    assert [tie["kind"] for tie in line["conflicts"] if tie["is_block"]] == ["supervisor"]
    assert panel.milestone_case.case.stage == "compose"
    reason = {"reason": "本专业仅此一人"}
    override = f"/panels/{panel.pk}/persons/{world.persons['T1'].pk}/?conflict=supervisor"
    assert client.post(override, reason).status_code == 302
    assert not client.get(address).context["stopped"]
    assert client.post(address, chosen(members, "finish")).status_code == 302


def test_the_workspace_is_for_whom_the_request_waits_on_and_shows_others_no_name(
    signed_in: SignIn,
    at_composition: tuple[Panel, list[Person]],
    supervisor: Account,
    neighbour: Account,
    stranger: Account,
    office: Account,
) -> None:
    panel, persons = at_composition
    address = f"/panels/{panel.pk}/compose/"
    for account in (neighbour, stranger):
        response = signed_in(account).post(address, chosen(persons[:3], "save"))
        assert response.status_code == 404
        assert "顾清妍" not in response.content.decode()
    for account in (supervisor, office):
        assert signed_in(account).post(address, chosen(persons[:3], "save")).status_code == 403
    assert not panel.seats.exists()


def test_a_panel_recorded_without_a_request_has_no_workspace(
    signed_in: SignIn, cast: Cast, secretary: Account
) -> None:
    client = signed_in(secretary)
    assert client.get(f"/panels/{cast.panel.pk}/compose/").status_code == 404
    assert client.get(f"/panels/{cast.panel.pk}/").context["step"] is None


def test_the_sitting_is_called_and_a_substitute_seated_from_the_page(
    signed_in: SignIn,
    world: Cast,
    supervisor: Account,
    secretary: Account,
    office: Account,
    trainee: Account,
) -> None:
    persons = experts(world)
    case = agreed(asked(world.gu, trainee_of(world)), supervisor)
    panel = composed(case, persons[:3], secretary)
    agreed(case, office)
    client = signed_in(secretary)
    assert client.get(f"/panels/{panel.pk}/").context["step"]["call"]
    when = {"day": today().isoformat(), "start": "11:00", "end": "09:00", "place": "一号楼"}
    assert client.post(f"/panels/{panel.pk}/call/", when).status_code == 200
    assert client.post(f"/panels/{panel.pk}/call/", when | {"end": "12:00"}).status_code == 302
    step = client.get(f"/panels/{panel.pk}/").context["step"]
    assert len(step["seats"]) == 3 and not step["call"]
    replace = step["seats"][1]["replace_url"]
    with CaptureQueriesContext(connection) as captured:
        proposed = client.get(replace).context["form"].fields["person"].choices
    assert len(captured) <= 12
    keys = [key for key, _label in proposed]
    assert persons[3].pk in keys and world.persons["T1"].pk not in keys
    assert not {one.pk for one in persons[:3]} & set(keys)
    assert client.get(f"{replace}?q=白若溪").context["form"].fields["person"].choices
    given = {"q": "白若溪", "person": persons[3].pk, "reason": "临时出差"}
    assert client.post(replace, given).status_code == 302
    names = [seat["name"] for seat in client.get(f"/panels/{panel.pk}/").context["step"]["seats"]]
    assert "白若溪" in names and "苏未央" not in names
    asker = Account.objects.get(login="asks-S2")
    assert signed_in(asker).get(f"/panels/{panel.pk}/").context["step"]["seats"] == []
    assert signed_in(asker).post(f"/panels/{panel.pk}/call/", when).status_code == 403


def test_the_workspace_asks_twelve_times_at_most_whoever_sits_and_whatever_is_known_of_them(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"

    def asked_for(count: int) -> int:
        sent = chosen(persons[:count], q="苏未央")
        client.post(address, sent)
        with CaptureQueriesContext(connection) as captured:
            assert client.post(address, sent).status_code == 200
        return len(captured)

    few = asked_for(2)
    for place, one in enumerate(persons):
        declare_tie(
            person=one, other=world.persons["S2"], kind="kinship", by=OPERATOR, valid_from=today()
        )
        Absence.objects.create(person=one, valid_from=today(), valid_to=today())
        sit_elsewhere(world, one, place)
    assert few == asked_for(2) == asked_for(7) <= 12
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) <= 12


def sit_elsewhere(cast: Cast, person: Person, place: int) -> None:
    """A seat on another trainee's panel of the same day."""
    row = Panel(
        number=f"P-2026-9{place:03}", institution=cast.institution, enrolment=cast.shen,
        stage="midterm", planned_on=today(),
    )  # fmt: skip
    compose_panels(
        institution=cast.institution, panels=[(row, [NewSeat(person, "member")])], by=OPERATOR
    )


def test_whoever_is_not_free_is_shown_with_what_keeps_the_person_and_no_more(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary, "en"), f"/panels/{panel.pk}/compose/"
    day = today()
    Absence.objects.create(person=persons[0], valid_from=day, valid_to=day)
    sit_elsewhere(world, persons[1], 1)
    starts, ends = times()
    other = Sitting.objects.create(
        institution=world.institution, unit=world.general, title_zh="保密会议", title_en="Secret",
        starts_at=starts, ends_at=ends,
    )  # fmt: skip
    SittingSeat.objects.create(sitting=other, person=persons[2], role="member")
    page = client.post(address, chosen(persons[:4]))
    assert [line["engagements"] for line in page.context["members"]] == [
        [f"absent from {day} to {day}"], ["on another panel that day"],
        ["at another sitting, 09:00-11:00"], [],
    ]  # fmt: skip
    assert "Secret" not in page.content.decode()


def run_repair(panel: Panel) -> Job:
    """The last repair that was asked for, worked out as the worker does."""
    job = Job.objects.filter(task="panel.repair").latest("pk")
    job.result = panel_repair.call(**job.arguments["kwargs"])
    job.state = JobState.DONE
    job.save()
    return job


def test_a_composition_that_nobody_saved_is_mended_and_taken_over_in_one_step(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    asked_of = chosen(persons[:2], "repair")
    page = client.post(address, asked_of)
    assert page.context["verdict_word"] == "fail" and not page.context["repair"].get("is_done")
    assert Job.objects.filter(task="panel.repair").count() == 1
    client.post(address, asked_of)
    assert Job.objects.filter(task="panel.repair").count() == 1
    run_repair(panel)
    shown = client.get(f"/panels/{panel.pk}/repair/state/").context["repair"]
    assert shown["is_feasible"] and [one["load"] for one in shown["changes"]] == [0]
    taken = client.post(address, chosen(persons[:2], "accept"))
    members = [line["key"] for line in taken.context["members"]]
    assert members[:2] == [one.pk for one in persons[:2]] and len(members) == 3
    assert taken.context["verdict_word"] == "pass"
    assert taken.context["chosen"].planned_on == today()
    assert not panel.seats.exists()


def test_a_repair_of_another_composition_is_not_laid_over_what_was_chosen_since(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary, "en"), f"/panels/{panel.pk}/compose/"
    client.post(address, chosen(persons[:2], "repair"))
    run_repair(panel)
    other = [persons[0], persons[4], persons[5], persons[6]]
    page = client.post(address, chosen(other, "accept"))
    assert [line["key"] for line in page.context["members"]] == [one.pk for one in other]
    assert "changed after this was proposed" in page.content.decode()
    assert page.context["repair"]["is_of_another"]
    # Who left the page and came back still finds the proposal, with the composition it was made of.
    again = client.post(address, chosen([], "accept"))
    assert len(again.context["members"]) == 3


def test_a_person_whom_the_reader_may_not_seat_is_in_no_repair(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    outsider = world.persons["S3"]
    page = client.post(address, chosen([*persons[:2], outsider], "repair"))
    assert outsider.name_zh not in page.content.decode()
    job = Job.objects.get(task="panel.repair")
    assert outsider.pk not in {key for key, _role in job.arguments["kwargs"]["seats"]}


def test_who_gives_a_reason_for_a_conflict_finds_the_composition_as_it_was_chosen(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, persons = at_composition
    client, address = signed_in(secretary), f"/panels/{panel.pk}/compose/"
    guide = world.persons["T1"]
    members = [*persons[:2], guide]
    sent = client.post(address, chosen(members, "", override=f"{guide.pk}:supervisor"))
    assert sent.url == f"/panels/{panel.pk}/persons/{guide.pk}/?conflict=supervisor"
    assert client.post(sent.url, {"reason": "本专业仅此一人"}).url == address
    page = client.get(address)
    assert [line["key"] for line in page.context["members"]] == [one.pk for one in members]
    assert not page.context["stopped"]
    odd = client.post(address, chosen(members, "", override="x:self"))
    assert odd.url == address


def test_nobody_is_seated_to_judge_oneself_whatever_the_reason(
    signed_in: SignIn, at_composition: tuple[Panel, list[Person]], secretary: Account, world: Cast
) -> None:
    panel, _persons = at_composition
    client, own = signed_in(secretary, "en"), world.persons["T1"]
    address = f"/panels/{panel.pk}/persons/{own.pk}/?conflict=self"
    page = client.post(address, {"reason": "because"})
    assert page.status_code == 200 and "Nobody judges oneself" in page.content.decode()
    assert not ConflictOverride.objects.exists()
