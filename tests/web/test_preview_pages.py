"""The pages of a draft's effect: numbers, persons, export, and a value moved over everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planned_overlays import CHANGED, HEAD, PACK, months
from preceptor.base.actors import OPERATOR
from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.jobs import tasks
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.models import Account
from preceptor.standing.actions import preview_draft
from preceptor.standing.choices import DraftState
from preceptor.standing.models import PackDraft, PackInForce, Preview
from preceptor.standing.preview.keeping import keep_draft_facts
from preceptor.training.actions import NewEnrolment, enrol
from preceptor.training.choices import EnrolmentState

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SignIn = Callable[..., Client]
NAMES = ("林知远", "顾清妍", "沈墨白")


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def draft(cast: Cast) -> PackDraft:
    """A planned change of the clinical doctorate's pack, over the one in force."""
    base = PackInForce.objects.get(institution=cast.institution, pack=PACK)
    return PackDraft.objects.create(
        institution=cast.institution, pack=PACK, base=base, overlay=CHANGED, author="同事",
        author_key="account:0",
    )  # fmt: skip


@pytest.fixture
def previewed(draft: PackDraft) -> PackDraft:
    """The draft with its effect worked out."""
    preview_draft(draft, by=OPERATOR)
    return draft


def address_of(draft: PackDraft) -> str:
    return f"/drafts/{draft.pk}/preview/"


def work(job: Job) -> None:
    """What the worker does with the job, in this process."""
    task = {"preview.draft": tasks.draft_preview, "preview.facts": tasks.force_facts}[job.task]
    job.result = task.func(**job.arguments["kwargs"])
    job.state = JobState.DONE
    job.save()


def test_asking_enqueues_the_work_once_and_the_page_waits_for_it(
    signed_in: SignIn, office: Account, draft: PackDraft, home: Path
) -> None:
    client, address = signed_in(office, "en"), address_of(draft)
    assert "Nobody has asked yet" in text_of(client.get(address))
    for _again in range(2):
        assert client.post(address, {"on": ""}).headers["Location"] == address
    [job] = Job.objects.filter(task="preview.draft")
    waiting = text_of(client.get(address))
    assert "hx-get" in waiting
    part = client.get(address, headers={"HX-Request": "true"})
    assert "hx-get" in text_of(part)
    assert "<html" not in text_of(part)
    work(job)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "林知远" in text_of(signed_in(office).get(address))


def test_a_day_that_does_not_exist_is_named_and_nothing_is_asked(
    signed_in: SignIn, office: Account, draft: PackDraft
) -> None:
    client = signed_in(office, "en")
    for day in ("2023-02-30", "0001-01-01"):
        response = client.post(address_of(draft), {"on": day}, follow=True)
        assert "There is no such day" in text_of(response)
    assert not Job.objects.filter(task="preview.draft").exists()


def test_work_that_was_refused_says_why(
    signed_in: SignIn, office: Account, draft: PackDraft
) -> None:
    client = signed_in(office, "en")
    client.post(address_of(draft), {"on": ""})
    said = "The draft was changed while its effect was worked out."
    Job.objects.update(
        state=JobState.FAILED, error=f"preceptor.base.errors.RuleBroken: {said}\n\nTraceback"
    )
    page = text_of(client.get(address_of(draft)))
    assert said in page
    assert "Traceback" not in page


def test_every_person_stands_with_the_clause_that_flips_them(
    signed_in: SignIn, office: Account, previewed: PackDraft
) -> None:
    response = signed_in(office, "en").get(address_of(previewed))
    rows = response.context["rows"]
    assert len(rows) == Preview.objects.get().flips
    [clinical] = [row for row in rows if row[2]["note"] == "training.clinical"]
    assert clinical[0]["text"] == "Lin Zhiyuan"
    assert (clinical[3]["verdict"], clinical[4]["verdict"]) == ("fail", "pass")
    assert "19 months" in clinical[5]["text"]
    assert clinical[5]["note"] == "Report 2023, part 4(5)"
    gone = [row for row in rows if row[2]["note"] == "training.chief"]
    assert {row[5]["text"] for row in gone} == {"The rule would no longer be there."}
    [panel] = [row for row in rows if row[2]["note"] == "panel.midterm"]
    assert "P-2022-0001" in panel[0]["note"]


def test_the_numbers_on_the_cards_and_in_the_tables_are_those_of_the_list(
    signed_in: SignIn, office: Account, previewed: PackDraft
) -> None:
    client = signed_in(office)
    page = client.get(address_of(previewed)).context
    for card in page["cards"]:
        listed = client.get(card["url"].partition("#")[0]).context["rows"]
        assert len(listed) == card["count"]
        assert {(row[3]["verdict"], row[4]["verdict"]) for row in listed} == {
            (card["before"], card["after"])
        }
    cells = [cell for table in page["tables"] for row in table["rows"] for cell in row[1:]]
    linked = [cell for cell in cells if cell.get("url")]
    assert len(linked) > 8
    for cell in linked:
        assert len(client.get(cell["url"].partition("#")[0]).context["rows"]) == int(cell["text"])


def test_filters_narrow_and_odd_ones_are_named_and_left_out(
    signed_in: SignIn, office: Account, previewed: PackDraft, cast: Cast
) -> None:
    client, address = signed_in(office), address_of(previewed)
    whole = len(client.get(address).context["rows"])
    cancer = client.get(address, {"unit": cast.cancer.pk}).context["rows"]
    assert {row[0]["text"] for row in cancer} == {"沈墨白"}
    for odd in ({"unit": "x"}, {"rule": "no.such"}, {"change": "a>b"}, {"cohort": "9" * 40}):
        assert len(client.get(address, odd).context["rows"]) == whole
    assert client.get(address, {"after": "9~9"}).context["rows"] == []


def test_the_export_has_the_rows_of_the_filtered_list(
    signed_in: SignIn, office: Account, previewed: PackDraft
) -> None:
    client = signed_in(office, "en")
    for query in ({}, {"rule": "training.clinical"}):
        rows = client.get(address_of(previewed), query).context["rows"]
        response = client.get(f"{address_of(previewed)}export.xlsx", query)
        book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
        lines = list(book.active.iter_rows(min_row=2, values_only=True))
        assert [(line[1], line[5]) for line in lines] == [
            (row[0]["text"], row[2]["note"]) for row in rows
        ]
    [clinical] = lines
    assert clinical[7:9] == ("Not met", "Met")
    assert "19 months" in clinical[9]


def test_a_draft_changed_since_is_marked_and_no_clause_is_told_of_it(
    signed_in: SignIn, office: Account, previewed: PackDraft
) -> None:
    PackDraft.objects.filter(pk=previewed.pk).update(overlay=months(30))
    response = signed_in(office, "en").get(address_of(previewed))
    assert "The draft was changed since" in text_of(response)
    assert {row[5]["text"] for row in response.context["rows"]} <= {
        "–", "The rule would no longer be there.",
    }  # fmt: skip


def test_a_draft_that_can_no_longer_be_read_still_shows_its_numbers(
    signed_in: SignIn, office: Account, previewed: PackDraft
) -> None:
    broken = HEAD + '[[rule]]\nid = "training.clinical"\nrequire = "clinicl >= 3"\n'
    PackDraft.objects.filter(pk=previewed.pk).update(overlay=broken)
    response = signed_in(office).get(address_of(previewed))
    assert response.status_code == 200
    assert response.context["is_stale"]
    assert len(response.context["cards"]) > 2


def test_decisions_that_would_have_been_otherwise_are_a_list_of_their_own(
    signed_in: SignIn, office: Account, draft: PackDraft, cast: Cast
) -> None:
    three = HEAD + '[[rule]]\nid = "panel.midterm"\nrequire = "size in midterm_sizes"\n'
    PackDraft.objects.filter(pk=draft.pk).update(overlay=three, effective_from=date(2022, 1, 1))
    preview_draft(PackDraft.objects.get(pk=draft.pk), by=office)
    client, address = signed_in(office, "en"), address_of(draft)
    assert "2022-12-01" not in text_of(client.get(address))
    [row] = client.get(address, {"show": "decisions"}).context["rows"]
    assert row[2] == {"text": "2022-12-01", "note": "mid-term assessment", "label": "Decided"}
    assert (row[4]["verdict"], row[5]["verdict"]) == ("pending", "pass")
    narrowed = {"show": "decisions", "unit": cast.general.pk, "rule": "panel.midterm"}
    assert len(client.get(address, narrowed).context["rows"]) == 1
    book = client.get(f"{address}export.xlsx", {"show": "decisions"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[2]][11].date() == date(2022, 12, 1)


def test_a_secretary_sees_the_own_trainees_and_how_many_others_there_are(
    signed_in: SignIn, secretary: Account, previewed: PackDraft, cast: Cast
) -> None:
    client, address = signed_in(secretary, "en"), address_of(previewed)
    assert client.get(address).status_code == 404
    PackDraft.objects.filter(pk=previewed.pk).update(state=DraftState.PROPOSED)
    response = client.get(address)
    named = {row[0]["text"] for row in response.context["rows"]}
    assert named == {"Lin Zhiyuan", "Gu Qingyan"}
    hidden = Preview.objects.get().rows.filter(enrolment=cast.shen).count()
    assert response.context["unseen"] == hidden > 0
    assert f"{hidden} more" in text_of(response)
    assert sum(card["count"] for card in response.context["cards"]) == len(response.context["rows"])
    assert "Cancer Hospital" not in text_of(response)
    assert "沈墨白" not in text_of(response)
    assert "Work it out" not in text_of(response)
    export = client.get(f"{address}export.xlsx")
    packed = b"".join(export.streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(packed)).active
    names = {row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert names == {"Lin Zhiyuan", "Gu Qingyan"}


def test_who_has_no_business_with_drafts_is_told_nothing(
    signed_in: SignIn, trainee: Account, supervisor: Account, stranger: Account,
    neighbour: Account, previewed: PackDraft,
) -> None:  # fmt: skip
    for account in (trainee, supervisor, stranger, neighbour):
        client = signed_in(account)
        for address in (
            address_of(previewed), f"{address_of(previewed)}export.xlsx",
            f"{address_of(previewed)}values/",
        ):  # fmt: skip
            for answer in (client.get(address), client.post(address, {"on": ""})):
                assert answer.status_code in (404, 405)
                assert not [name for name in NAMES if name in text_of(answer)]
    assert not Job.objects.exists()


def test_a_secretary_cannot_have_the_effect_worked_out(
    signed_in: SignIn, secretary: Account, previewed: PackDraft
) -> None:
    PackDraft.objects.filter(pk=previewed.pk).update(state=DraftState.PROPOSED)
    assert signed_in(secretary).post(address_of(previewed), {"on": ""}).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages(
    signed_in: SignIn, office: Account, previewed: PackDraft, language: str
) -> None:
    page = text_of(signed_in(office, language).get(address_of(previewed)))
    assert ("草案影响预览" in page) == (language == "zh-hans")
    assert ("Whom it concerns" in page) == (language == "en")


def _enrol_more(cast: Cast, count: int) -> None:
    numbers = [f"2021119{number:03}" for number in range(count)]
    new = [NewPerson("student_number", number, f"陆云{number[-2:]}") for number in numbers]
    persons = register_persons(institution=cast.institution, persons=new, by=OPERATOR)
    entries = [
        NewEnrolment(
            student_number=number, person=persons[number], unit=cast.general,
            direction=cast.medicine, cohort=2021, cohort_on=date(2021, 9, 1),
            state=EnrolmentState.TRAINING, mode="full_time",
        )
        for number in numbers
    ]  # fmt: skip
    enrol(institution=cast.institution, entries=entries, by=OPERATOR)


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_as_many_queries_for_a_full_page_as_for_a_few_rows(
    signed_in: SignIn, office: Account, previewed: PackDraft, cast: Cast
) -> None:
    client, address = signed_in(office), address_of(previewed)
    few = _queries(client, address)
    _enrol_more(cast, 30)
    preview_draft(previewed, by=OPERATOR)
    assert len(client.get(address).context["rows"]) == 25
    assert client.get(address).context["next_url"]
    assert _queries(client, address) == few <= 15


@pytest.fixture
def with_facts(previewed: PackDraft, home: Path) -> PackDraft:
    """The draft with the facts that its slider needs."""
    keep_draft_facts(previewed, today())
    return previewed


TOPIC = "training.clinical~clinical_months~2015-09-01"


def test_a_value_moved_is_answered_with_its_counts(
    signed_in: SignIn, office: Account, with_facts: PackDraft
) -> None:
    client, address = signed_in(office, "en"), f"{address_of(with_facts)}values/"
    page = client.get(address, {"topic": TOPIC})
    slider = page.context["slider"]
    assert (slider["value"], slider["present"]) == ("18", "18")
    assert (slider["counts"]["pass"], slider["counts"]["fail"]) == (1, 2)
    assert len(slider["range"]["bars"]) == len(slider["range"]["rows"]) == 61
    part = client.get(address, {"topic": TOPIC, "value": "20"}, headers={"HX-Request": "true"})
    assert part.context["counts"]["fail"] == 3
    assert "<html" not in text_of(part)
    assert "instead of 18" in text_of(part)
    for odd in ("x", "NaN", "1e400", "-5", "999", ""):
        assert client.get(address, {"topic": TOPIC, "value": odd}).status_code == 200
    assert client.get(address, {"topic": "no~such~topic"}).status_code == 200


def test_the_slider_of_a_draft_begins_with_a_value_that_the_draft_sets(
    signed_in: SignIn, office: Account, with_facts: PackDraft
) -> None:
    page = signed_in(office, "en").get(f"{address_of(with_facts)}values/")
    assert page.context["slider"]["present"] == "2%"


def test_before_the_effect_is_worked_out_the_slider_leads_there(
    signed_in: SignIn, office: Account, draft: PackDraft, home: Path
) -> None:
    page = text_of(signed_in(office, "en").get(f"{address_of(draft)}values/"))
    assert "Not computed yet" in page
    assert address_of(draft) in page


def test_the_value_chosen_goes_into_the_draft(
    signed_in: SignIn, office: Account, with_facts: PackDraft
) -> None:
    client, address = signed_in(office, "en"), f"{address_of(with_facts)}values/?topic={TOPIC}"
    response = client.post(address, {"value": "20", "edition": with_facts.edition})
    assert response.headers["Location"] == address_of(with_facts)
    held = PackDraft.objects.get(pk=with_facts.pk)
    assert held.edition == with_facts.edition + 1
    assert "value = 20" in held.overlay
    again = client.post(address, {"value": "22", "edition": with_facts.edition}, follow=True)
    assert "changed this draft in the meantime" in text_of(again)
    assert PackDraft.objects.get(pk=with_facts.pk).overlay == held.overlay


def test_a_leader_looks_at_the_values_of_a_draft_and_changes_none(
    signed_in: SignIn, leader: Account, with_facts: PackDraft
) -> None:
    client, address = signed_in(leader, "en"), f"{address_of(with_facts)}values/?topic={TOPIC}"
    page = text_of(client.get(f"{address}&value=20"))
    assert "instead of 18" in page
    assert "into the draft" not in page
    assert client.post(address, {"value": "20", "edition": 1}).status_code == 403
    assert PackDraft.objects.get(pk=with_facts.pk).overlay == with_facts.overlay


RULE = "/rules/training.clinical/values/"


def test_a_rule_in_force_is_counted_over_all_records_once_somebody_asks(
    signed_in: SignIn, office: Account, cast: Cast, home: Path
) -> None:
    client = signed_in(office, "en")
    assert "Count over all records" in text_of(client.get(RULE))
    for _again in range(2):
        assert client.post(RULE).headers["Location"] == RULE
    [job] = Job.objects.filter(task="preview.facts")
    assert "hx-get" in text_of(client.get(RULE))
    work(job)
    answer = client.get(RULE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    slider = client.get(RULE, {"value": "19"}).context["slider"]
    assert (slider["counts"]["pass"], slider["present_counts"]["pass"]) == (1, 0)
    assert "into the draft" not in text_of(client.get(RULE, {"value": "19"}))


def test_a_rule_without_a_number_says_so(
    signed_in: SignIn, office: Account, cast: Cast, home: Path
) -> None:
    page = text_of(signed_in(office, "en").get("/rules/milestones.order/values/"))
    assert "No number to move" in page
    assert "Count over all records" not in page


def test_only_office_and_leaders_move_values_over_everybody(
    signed_in: SignIn, secretary: Account, trainee: Account, stranger: Account, leader: Account,
    supervisor: Account, cast: Cast, home: Path,
) -> None:  # fmt: skip
    for account in (secretary, trainee, stranger, supervisor):
        client = signed_in(account)
        assert client.get(RULE).status_code == client.post(RULE).status_code == 404
    assert signed_in(leader).get(RULE).status_code == 200
    assert signed_in(leader).get("/rules/no.such.rule/values/").status_code == 404
    assert not Job.objects.exists()
