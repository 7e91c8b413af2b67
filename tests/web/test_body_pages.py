"""Standing bodies on the pages: list, one body, its forms, advice and minutes, each for its readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees import SINCE, Committee, convene, degree_committee, listed, meeting, vote
from panel_cast import adopt
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    advise,
    close_sitting,
    end_seat,
    give_charter,
    give_seat,
    set_up_body,
    write_minutes,
)
from preceptor.cases.minutes.template import shipped
from preceptor.cases.models import (
    Advice,
    Body,
    BodySeat,
    Case,
    CaseKind,
    Minutes,
    MinutesTemplate,
    Sitting,
)
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
GUIDANCE, ADVICE = "林知远指导小组", "每两周汇报一次进展"


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def body(cast: Cast) -> Body:
    """The academic committee of the General Hospital, chaired by 江晚晴."""
    made = set_up_body(
        institution=cast.institution, unit=cast.general, code="AC-01", kind="academic",
        name_zh="总医院学术委员会", name_en="Academic Committee of the General Hospital",
        opened_on=SINCE, term_years=4, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    give_seat(body=made, person=cast.persons["T1"], role="chair", valid_from=SINCE, by=OPERATOR)
    return made


@pytest.fixture
def guidance(cast: Cast) -> Body:
    """The guidance committee of 林知远 with an advice, which few may read."""
    made = set_up_body(
        institution=cast.institution, unit=cast.general, code="G-01", kind="guidance",
        name_zh=GUIDANCE, name_en="Guidance committee of Lin Zhiyuan", opened_on=SINCE,
        person=cast.persons["S1"], by=OPERATOR,
    )  # fmt: skip
    give_seat(body=made, person=cast.persons["T1"], role="chair", valid_from=SINCE, by=OPERATOR)
    advise(
        body=made, text=ADVICE, given_on=today(), person=cast.persons["S1"],
        owner=cast.persons["T1"], due_on=today() - timedelta(days=0), by=OPERATOR,
    )  # fmt: skip
    return made


def test_the_list_shows_bodies_with_chair_and_meetings_and_exports_the_same_rows(
    body: Body, guidance: Body, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    page = text_of(client.get("/bodies/"))
    for text in ("总医院学术委员会", GUIDANCE, "江晚晴"):
        assert text in page
    answer = client.get("/lists/bodies/export.xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert {row[1] for row in rows[1:]} == {"总医院学术委员会", GUIDANCE}
    only = text_of(client.get("/bodies/?kind=guidance"))
    assert "G-01" in only
    assert "AC-01" not in only


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_body_is_shown_in_both_languages(
    body: Body, office: Account, signed_in: SignIn, language: str
) -> None:
    give_charter(body=body, title_zh="章程", text_zh="第一条", valid_from=SINCE, by=OPERATOR)
    answer = signed_in(office, language).get(f"/bodies/{body.pk}/")
    assert answer.status_code == 200
    name = body.name_en if language == "en" else body.name_zh
    assert name in text_of(answer)
    assert "第一条" in text_of(answer)


def test_a_guidance_committee_is_not_there_for_the_neighbour_and_for_strangers(
    guidance: Body, neighbour: Account, stranger: Account, trainee: Account, signed_in: SignIn
) -> None:
    [advice] = Advice.objects.all()
    for account in (neighbour, stranger):
        client = signed_in(account)
        for path in (
            f"/bodies/{guidance.pk}/",
            f"/advice/{advice.pk}/",
            f"/bodies/{guidance.pk}/close/",
        ):
            answer = client.get(path)
            assert answer.status_code == 404
            assert ADVICE not in text_of(answer)
            assert "江晚晴" not in text_of(answer)
        assert GUIDANCE not in text_of(client.get("/bodies/"))
    own = text_of(signed_in(trainee).get(f"/bodies/{guidance.pk}/"))
    assert ADVICE in own
    assert "/close/" not in own


def test_the_office_sets_up_a_body_and_seats_a_member_by_number(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    answer = client.post(
        "/bodies/new/",
        {
            "kind": "instrument", "unit": cast.institution.pk, "code": "IC", "name_zh": "仪器管理委员会",
            "name_en": "Instrument Committee", "passes": "half_present", "quorum": "half",
            "is_open": "on", "opened_on": SINCE.isoformat(), "term_years": "3",
        },
    )  # fmt: skip
    body = Body.objects.get(code="IC")
    assert answer["Location"] == f"/bodies/{body.pk}/"
    assert (body.voting["is_secret"], body.voting["passes"]["of"]) == (False, "present")
    seat = {"number": "T1", "role": "chair", "valid_from": SINCE.isoformat()}
    client.post(f"/bodies/{body.pk}/seats/new/", seat)
    assert BodySeat.objects.get(body=body).person == cast.persons["T1"]
    wrong = client.post(f"/bodies/{body.pk}/seats/new/", seat | {"number": "nobody"})
    assert wrong.status_code == 200
    assert "nobody" in text_of(wrong)
    assert BodySeat.objects.filter(body=body).count() == 1


def test_a_seat_ends_on_the_page_and_the_reason_is_asked_for(
    body: Body, secretary: Account, signed_in: SignIn
) -> None:
    seat = BodySeat.objects.get(body=body)
    client, path = signed_in(secretary), f"/bodies/{body.pk}/seats/{seat.pk}/end/"
    assert client.post(path, {"last_on": today().isoformat(), "reason": ""}).status_code == 200
    assert BodySeat.objects.known().get(body=body).valid_to == seat.valid_to
    client.post(path, {"last_on": today().isoformat(), "reason": "调离"})
    assert BodySeat.objects.known().get(body=body).valid_to == today()


def test_who_only_reads_finds_the_reason_and_changes_nothing(
    body: Body, leader: Account, signed_in: SignIn
) -> None:
    client = signed_in(leader)
    for name in ("seats/new", "charter/new", "meetings/new", "close", "advice/new"):
        assert client.get(f"/bodies/{body.pk}/{name}/").status_code == 200
    client.post(f"/bodies/{body.pk}/meetings/new/", {"starts_at": f"{today().isoformat()}T14:00"})
    client.post(
        f"/bodies/{body.pk}/seats/new/",
        {"number": "T2", "role": "member", "valid_from": today().isoformat()},
    )
    assert not Sitting.objects.exists()
    assert BodySeat.objects.filter(body=body).count() == 1


def test_a_meeting_is_planned_on_the_page_and_stands_in_the_calendar(
    body: Body, secretary: Account, signed_in: SignIn
) -> None:
    client = signed_in(secretary)
    client.post(
        f"/bodies/{body.pk}/meetings/new/",
        {"starts_at": f"{today().isoformat()}T14:00", "place": "三楼"},
    )
    sitting = Sitting.objects.get(body=body)
    assert f"/sittings/{sitting.pk}/" in text_of(client.get(f"/bodies/{body.pk}/"))


def test_an_item_of_the_body_itself_is_put_to_its_vote_and_that_of_a_panel_is_not(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    committee = degree_committee(cast)
    held = meeting(committee)
    client = signed_in(office)
    sent = {"do": "item", "title_zh": "修订章程", "is_voted": "on", "revision": held.revision}
    assert client.post(f"/sittings/{held.pk}/plan/", sent).status_code == 302
    item = held.items.get(title_zh="修订章程")
    assert item.voting is not None
    client.post(f"/sittings/{held.pk}/plan/", {**sent, "title_zh": "通报", "is_voted": ""})
    assert held.items.get(title_zh="通报").voting is None
    Sitting.objects.filter(pk=held.pk).update(body=None)
    client.post(f"/sittings/{held.pk}/plan/", {**sent, "title_zh": "答辩"})
    assert held.items.get(title_zh="答辩").voting is None


def test_advice_is_recorded_and_its_owner_says_what_came_of_it(
    body: Body, secretary: Account, supervisor: Account, signed_in: SignIn
) -> None:
    signed_in(secretary).post(
        f"/bodies/{body.pk}/advice/new/",
        {"text": "规范记录本", "given_on": today().isoformat(), "owner": "T1"},
    )
    advice = Advice.objects.get(body=body)
    client = signed_in(supervisor)
    client.post(f"/advice/{advice.pk}/", {"state": "done", "text": "已统一"})
    advice.refresh_from_db()
    assert advice.state == "done"
    assert "已统一" in text_of(client.get(f"/advice/{advice.pk}/"))


def test_a_list_of_many_bodies_asks_no_more_than_one_of_few(
    cast: Cast, body: Body, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    few, one = asked(client, "/bodies/"), asked(client, f"/bodies/{body.pk}/")
    for place in range(5):
        other = set_up_body(
            institution=cast.institution, unit=cast.general, code=f"X{place}", kind="education",
            name_zh=f"委员会{place}", name_en=f"Committee {place}", opened_on=SINCE, by=OPERATOR,
        )  # fmt: skip
        give_seat(
            body=other, person=cast.persons["T2"], role="chair", valid_from=SINCE, by=OPERATOR
        )
        advise(
            body=body, text=f"意见{place}", given_on=today(), owner=cast.persons["T2"], by=OPERATOR
        )
        if place:
            give_seat(
                body=body, person=cast.persons[f"T{place + 1}" if place < 3 else f"S{place - 1}"],
                role="member", valid_from=SINCE, by=OPERATOR,
            )  # fmt: skip
    assert asked(client, "/bodies/") == few <= 12
    assert asked(client, f"/bodies/{body.pk}/") == one <= 12


def test_the_page_of_a_committee_for_which_cases_wait_costs_no_more(
    cast: Cast, supervisor: Account, secretary: Account, office: Account, signed_in: SignIn
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    place = give_seat(
        body=made.body, person=cast.persons["T1"], role="secretary", valid_from=SINCE, by=OPERATOR
    )
    adopt(cast)
    kind = CaseKind.objects.get(institution=cast.institution, name="degree_award")
    for number in range(3):
        meeting(made, today() + timedelta(days=number))
        Case.objects.create(
            institution=cast.institution, unit=cast.general, kind=kind, person=cast.persons["S1"],
            title_zh=f"学位授予{number}", title_en=f"Award {number}", state="running",
            stage="committee", stage_kind="sitting", stage_since=timezone.now(),
            submitted_at=timezone.now(),
        )  # fmt: skip
    assert place.role == "secretary"
    page = text_of(signed_in(office).get(f"/bodies/{made.body.pk}/"))
    assert "学位授予2" in page
    for account in (office, secretary, supervisor):
        assert asked(signed_in(account), f"/bodies/{made.body.pk}/") <= 12


@pytest.fixture
def minutes(cast: Cast) -> tuple[Committee, Minutes]:
    """Those of a closed meeting of the degree evaluation committee."""
    made = degree_committee(cast, 9)
    sitting = meeting(made)
    convene(sitting, 7)
    vote(made, listed(made, sitting), ["for"] * 6 + ["against"])
    close_sitting(sitting=sitting, record="", by=OPERATOR)
    return made, write_minutes(sitting=sitting, language="zh", by=OPERATOR)


def test_a_member_signs_with_the_own_password_and_not_with_another(
    minutes: tuple[Committee, Minutes], signed_in: SignIn
) -> None:
    made, written = minutes
    client, path = signed_in(made.accounts[1]), f"/minutes/{written.pk}/sign/"
    assert client.post(path, {"password": "wrong"}).status_code == 200
    assert not written.signatures.exists()
    client.post(path, {"password": "only-for-tests-2026"})
    assert written.signatures.get().seat.person == made.members[1]


def test_minutes_are_downloaded_by_who_sees_the_sitting_alone(
    minutes: tuple[Committee, Minutes], office: Account, neighbour: Account, signed_in: SignIn
) -> None:
    _made, written = minutes
    answer = signed_in(office).get(f"/minutes/{written.pk}/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    for path in (f"/minutes/{written.pk}/", f"/minutes/{written.pk}/sign/"):
        assert signed_in(neighbour).get(path).status_code == 404


def test_the_office_writes_minutes_on_the_page_of_the_sitting(
    minutes: tuple[Committee, Minutes], office: Account, signed_in: SignIn
) -> None:
    _made, written = minutes
    client = signed_in(office)
    client.post(f"/sittings/{written.sitting_id}/minutes/", {"language": "en"})
    assert written.sitting.minutes.count() == 2
    client.post(f"/sittings/{written.sitting_id}/minutes/", {"language": "fr"})
    assert written.sitting.minutes.count() == 2
    assert f"/minutes/{written.pk}/" in text_of(client.get(f"/sittings/{written.sitting_id}/"))


def test_the_law_is_told_on_the_page_of_the_degree_committee(
    minutes: tuple[Committee, Minutes], office: Account, signed_in: SignIn
) -> None:
    made, _written = minutes
    client, path = signed_in(office), f"/bodies/{made.body.pk}/law/"
    assert path in text_of(client.get(f"/bodies/{made.body.pk}/"))
    put_in_force(
        institution=made.body.institution, pack="cn/degrees-law", valid_from=date(2025, 1, 1),
        by=OPERATOR,
    )  # fmt: skip
    whole, piece = client.get(path), client.get(path, headers={"HX-Request": "true"})
    for answer in (whole, piece):
        assert text_of(answer).count('class="requirement') >= 5
    assert "<html" in text_of(whole)
    assert "<html" not in text_of(piece)
    assert asked(client, path) <= 12


def test_before_its_first_decision_a_committee_is_judged_by_who_sits_in_it_today(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    client, path = signed_in(office, "en"), f"/bodies/{made.body.pk}/law/"
    assert path in text_of(client.get(f"/bodies/{made.body.pk}/"))
    assert 'class="requirement' not in text_of(client.get(path))
    put_in_force(
        institution=made.body.institution, pack="cn/degrees-law", valid_from=date(2025, 1, 1),
        by=OPERATOR,
    )  # fmt: skip
    nine = text_of(client.get(path))
    assert "9 members" in nine
    assert "present" not in nine
    assert "It has decided nothing yet." in nine
    seat = BodySeat.objects.known().get(body=made.body, person=made.members[8])
    end_seat(seat=seat, last_on=today() - timedelta(days=1), reason="调离", by=OPERATOR)
    assert "8 members; at least 9 required, and an odd number" in text_of(client.get(path))


def test_the_template_of_minutes_is_found_from_the_list_by_who_may_change_it(
    body: Body, office: Account, secretary: Account, leader: Account, signed_in: SignIn
) -> None:
    for account, finds in ((office, True), (secretary, False), (leader, False)):
        page = text_of(signed_in(account).get("/bodies/"))
        assert ("/minutes/template/" in page) is finds


def test_the_template_of_minutes_is_for_the_office(
    office: Account, secretary: Account, signed_in: SignIn
) -> None:
    assert signed_in(secretary).get("/minutes/template/").status_code == 404
    client = signed_in(office)
    file = BytesIO(shipped("zh"))
    file.name = "zh.docx"
    client.post("/minutes/template/", {"language": "zh", "file": file})
    assert MinutesTemplate.objects.get().name == "zh"
    wrong = BytesIO(b"%PDF-1.7")
    wrong.name = "a.docx"
    answer = client.post("/minutes/template/", {"language": "zh", "file": wrong})
    assert answer.status_code == 200
    assert MinutesTemplate.objects.count() == 1
