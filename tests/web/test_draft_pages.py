"""Drafts in the browser: four tiers of forms, live checking, proposing, approving; who may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.policy import Pack
from preceptor.standing.actions import change_draft, open_draft
from preceptor.standing.choices import DraftState
from preceptor.standing.editing import sight_of
from preceptor.standing.editing.changes import ConditionChange, HeadChange, Pair
from preceptor.standing.models import PackDraft, PackInForce

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
PACK = "yunting/clinical-doctorate"
SECRET = "尚未公布的调整说明"
LANGUAGES = ("zh-hans", "en")
CITE = "report2023 四(五)"


@pytest.fixture
def draft(cast: Cast, office: Account) -> PackDraft:
    """A draft whose title nobody outside the office may read yet."""
    force = PackInForce.objects.get()
    begun = open_draft(institution=cast.institution, base=force, by=office)
    change = HeadChange(Pair(SECRET, "Unpublished"), "2023.2", "university")
    return change_draft(draft=begun, edition=1, change=change, by=office)


@pytest.fixture
def client(signed_in: SignIn, office: Account) -> Client:
    return signed_in(office, "en")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def pages_of(draft: PackDraft) -> list[str]:
    root = f"/drafts/{draft.pk}/"
    shown = ("", "?show=values", "?show=rules", "?show=facts", "?show=sources", "?show=text")
    parts = (
        "head/", "values/new/", "values/new/?type=int", "values/new/?type=list(int)",
        "values/new/?type=map(supervisor.grade, int)", "values/new/?type=panel.members.role",
        "values/clinical_months/", "values/quota_by_grade/", "values/defence_sizes/",
        "values/similarity_max/", "rules/new/", "rules/new/?subject=panel", "rules/training.clinical/",
        "rules/training.clinical/require/", "rules/panel.defence.size/when/?as=text",
        "rules/training.clinical/examples/", "rules/training.clinical/examples/new/", "facts/new/",
        "facts/new/?subject=panel", "facts/panel/size/", "facts/panel/size/where/", "sources/new/",
        "sources/report2023/", "records/panel/", "propose/", "decide/",
    )  # fmt: skip
    return [root + part for part in (*shown, *parts)]


def now(draft: PackDraft) -> PackDraft:
    return PackDraft.objects.select_related("base").get(pk=draft.pk)


def pack_of(draft: PackDraft) -> Pack:
    found = sight_of(now(draft)).pack
    assert found is not None
    return found


def send(client: Client, draft: PackDraft, path: str, **given: Any) -> Any:
    """A form of the draft as it is now, sent."""
    sent = {"edition": now(draft).edition, **given}
    return client.post(f"/drafts/{draft.pk}/{path}", sent)


def faults_in(response: Any) -> list[str]:
    return re.findall(r'field-error">.*?</svg>(.*?)</p>', text_of(response), re.DOTALL)


def value(**given: Any) -> dict[str, Any]:
    common = {"do": "value", "value": "30", "since": "2024-09-01", "cite": CITE, "evidence": "S"}
    return common | given


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_draft_answers_in_both_languages(
    draft: PackDraft, signed_in: SignIn, office: Account, leader: Account, language: str
) -> None:
    heading = {"zh-hans": "规则修订", "en": "Planned changes"}[language]
    for account in (office, leader):
        client = signed_in(account, language)
        for address in ["/drafts/", "/drafts/new/", f"/drafts/open/{PACK}/", *pages_of(draft)]:
            response = client.get(address)
            assert response.status_code == 200, address
            assert heading in text_of(response), address


def test_those_outside_office_and_leaders_find_nothing_and_read_nothing(
    draft: PackDraft, signed_in: SignIn, secretary: Account, neighbour: Account, trainee: Account,
    supervisor: Account, stranger: Account,
) -> None:  # fmt: skip
    for account in (secretary, neighbour, trainee, supervisor, stranger):
        client = signed_in(account)
        for address in ["/drafts/", "/drafts/new/", f"/drafts/open/{PACK}/", *pages_of(draft)]:
            for response in (client.get(address), client.post(address, {"edition": 2})):
                assert response.status_code in (404, 405), address
                assert SECRET not in text_of(response)
        for part in ("undo", "check", "withdraw", "renew", "values/clinical_months/remove"):
            assert client.post(f"/drafts/{draft.pk}/{part}/", {"edition": 2}).status_code == 404
    assert now(draft).edition == draft.edition


def test_a_leader_reads_a_draft_and_writes_nothing(
    draft: PackDraft, signed_in: SignIn, leader: Account
) -> None:
    client = signed_in(leader, "en")
    for path, sent in (
        ("values/clinical_months/", value()), ("head/", {"title_zh": "甲", "title_en": "A", "version": "1", "layer": "university"}),
        ("undo/", {"part": "pack"}), ("withdraw/", {}), ("rules/training.clinical/require/?as=text", {"do": "text", "text": "true"}),
    ):  # fmt: skip
        assert send(client, draft, path, **sent).status_code == 403, path
    assert client.post(f"/drafts/open/{PACK}/").status_code == 403
    assert now(draft).edition == draft.edition


def test_from_a_rules_page_a_change_is_planned_and_the_value_stands_beside_the_old_one(
    cast: Cast, client: Client
) -> None:
    assert f"/drafts/open/{PACK}/?rule=training.clinical" in text_of(
        client.get("/rules/training.clinical/")
    )
    response = client.post(f"/drafts/open/{PACK}/?rule=training.clinical")
    draft = PackDraft.objects.get()
    assert response.headers["Location"] == f"/drafts/{draft.pk}/rules/training.clinical/"
    assert send(client, draft, "values/clinical_months/", **value()).status_code == 302
    page = text_of(client.get(f"/drafts/{draft.pk}/values/clinical_months/"))
    assert page.index("30 months") < page.index("24 months")
    assert "new in this draft" in page
    overview = text_of(client.get(f"/drafts/{draft.pk}/"))
    assert "2024-09-01" in overview
    assert "Slips that would go unnoticed" in overview


def test_a_rule_page_offers_no_change_to_those_who_may_not(
    cast: Cast, signed_in: SignIn, secretary: Account
) -> None:
    assert "/drafts/" not in text_of(signed_in(secretary).get("/rules/training.clinical/"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("300", "out of bounds"), ("thirty", "not an exact number"), ("", "required"), ("30.5", "decimal places")],
)  # fmt: skip
def test_a_value_that_does_not_suit_is_refused_at_its_field(
    draft: PackDraft, client: Client, typed: str, said: str
) -> None:
    response = send(client, draft, "values/clinical_months/", **value(value=typed))
    assert response.status_code == 200
    assert said in " ".join(faults_in(response))
    assert now(draft).edition == draft.edition


def test_a_share_is_typed_in_per_cent(draft: PackDraft, client: Client) -> None:
    send(client, draft, "values/similarity_max/", **value(value="25%", cite="report2023 四(七)"))
    assert pack_of(draft).parameters["similarity_max"].steps[-1].value == 2500


def test_a_value_may_stand_in_a_clause_that_is_not_listed_yet(
    draft: PackDraft, client: Client
) -> None:
    given = value(cite="+", clause_source="local", clause_zh="第 六 条", clause_en="article 6")
    assert send(client, draft, "values/clinical_months/", **given).status_code == 302
    step = pack_of(draft).parameters["clinical_months"].steps[-1]
    assert step.citation.clause is not None
    assert step.citation.clause.title.zh == "第 六 条"
    half = value(cite="+", clause_source="local", clause_zh="第七条", since="2025-09-01")
    assert faults_in(send(client, draft, "values/clinical_months/", **half))


def test_values_of_every_kind_are_taken(draft: PackDraft, client: Client) -> None:
    since = {"since": "2025-01-01", "cite": CITE, "evidence": "S", "do": "value"}
    send(client, draft, "values/defence_sizes/", value="5，7、 9", **since)
    send(
        client, draft, "values/quota_by_grade/", value_excellent="3", value_pass="1", value_fail="0", **since,
    )  # fmt: skip
    parameters = pack_of(draft).parameters
    assert parameters["defence_sizes"].steps[-1].value == (5, 7, 9)
    assert parameters["quota_by_grade"].steps[-1].value == (3, 1, 0)


def test_a_value_is_removed_again(draft: PackDraft, client: Client) -> None:
    send(client, draft, "values/clinical_months/", **value())
    send(client, draft, "values/clinical_months/remove/", since="2024-09-01")
    assert len(pack_of(draft).parameters["clinical_months"].steps) == 1
    assert (
        client.post(
            f"/drafts/{draft.pk}/values/clinical_months/remove/", {"since": "x"}
        ).status_code
        == 404
    )


def test_a_second_window_is_told_that_somebody_was_quicker(
    draft: PackDraft, client: Client, office: Account
) -> None:
    stale = now(draft).edition
    send(client, draft, "values/clinical_months/", **value())
    response = client.post(
        f"/drafts/{draft.pk}/values/clinical_months/", value(value="36", edition=stale)
    )
    assert "changed this draft in the meantime" in text_of(response)
    assert [step.value for step in pack_of(draft).parameters["clinical_months"].steps] == [24, 30]


def new_number(**given: Any) -> dict[str, Any]:
    return {
        "title_zh": "盲审份数", "title_en": "blind copies", "name": "blind_copies", "unit": "copy",
        "low": "1", "high": "9", "stricter": "higher", "bind": "event", "value": "3",
        "since": "2024-01-01", "cite": "local", "evidence": "R", **given,
    }  # fmt: skip


def test_a_new_number_a_new_fact_and_a_new_rule_are_written_with_forms_alone(
    draft: PackDraft, client: Client
) -> None:
    send(client, draft, "values/new/?type=int", **new_number())
    fact = {
        "title_zh": "匿名评阅份数", "title_en": "blind reviews", "name": "blind", "aggregate": "count",
        "source": "reviews", "unit": "copy",
    }  # fmt: skip
    response = send(client, draft, "facts/new/?subject=thesis", **fact)
    assert response.headers["Location"].endswith("/facts/thesis/blind/where/")
    picked = {
        "do": "use",
        "join": "all",
        "b0_join": "all",
        "b0_r0_name": "is_blind",
        "b0_r0_operator": "yes",
    }
    send(client, draft, "facts/thesis/blind/where/", **picked)
    rule = {
        "title_zh": "盲审份数足够", "title_en": "Enough blind reviews", "name": "thesis.blind.copies",
        "kind": "block", "gate": "defence", "message_zh": "仅 {blind} 份", "message_en": "only {blind}",
        "cite": "local", "evidence": "R", "bind": "event",
    }  # fmt: skip
    response = send(client, draft, "rules/new/?subject=thesis", **rule)
    assert response.headers["Location"].endswith("/rules/thesis.blind.copies/require/")
    rows = {
        "do": "use", "join": "all", "b0_join": "all", "b0_r0_name": "blind", "b0_r0_operator": ">=",
        "b0_r0_other": "blind_copies",
    }  # fmt: skip
    send(client, draft, "rules/thesis.blind.copies/require/", **rows)
    written = pack_of(draft).rules["thesis.blind.copies"]
    assert written.require.text == "blind >= blind_copies"
    assert [fact.where.text for fact in written.facts if fact.where] == ["is_blind"]
    page = text_of(client.get(f"/drafts/{draft.pk}/rules/thesis.blind.copies/examples/"))
    marks = re.findall(r'name="confirm" value="(\w+)"', page)
    assert len(marks) >= 3
    send(client, draft, "rules/thesis.blind.copies/examples/", do="confirm", confirm=marks)
    assert sight_of(now(draft)).faults == []
    assert sight_of(now(draft)).surviving == []


def test_the_picker_nests_one_level_and_says_what_it_means(
    draft: PackDraft, client: Client
) -> None:
    rows = {
        "do": "use", "join": "all", "b0_join": "all", "b0_r0_name": "stage", "b0_r0_operator": "==",
        "b0_r0_value": "defence", "b1_join": "any", "b1_r0_name": "size", "b1_r0_operator": "in",
        "b1_r0_other": "defence_sizes", "b1_r1_name": "size", "b1_r1_operator": ">", "b1_r1_value": "9",
    }  # fmt: skip
    send(client, draft, "rules/panel.defence.size/require/", **rows)
    found = pack_of(draft).rules["panel.defence.size"].require.text
    assert found == "stage == 'defence' && (size in defence_sizes || size > 9)"
    page = text_of(client.get(f"/drafts/{draft.pk}/rules/panel.defence.size/require/"))
    assert "In words" in page
    assert page.count('class="block"') == 2


def test_the_picker_answers_a_choice_with_what_suits_it(draft: PackDraft, client: Client) -> None:
    given = {"do": "show", "edition": "1", "b0_r0_name": "stage"}
    response = client.post(
        f"/drafts/{draft.pk}/rules/panel.defence.size/when/", given, headers={"hx-request": "true"}
    )
    piece = text_of(response)
    assert piece.lstrip().startswith("<form")
    assert 'value="defence"' in piece
    assert 'value="&lt;"' not in piece
    more = client.post(
        f"/drafts/{draft.pk}/rules/panel.defence.size/when/", given | {"do": "row:0"}
    )
    assert text_of(more).count('class="pick"') + text_of(more).count("pick-wrong") == 2
    assert now(draft).edition == draft.edition


def test_a_picker_with_a_row_that_says_nothing_is_not_written(
    draft: PackDraft, client: Client
) -> None:
    rows = {"do": "use", "b0_r0_name": "size", "b0_r0_operator": ">", "b0_r0_value": "many"}
    response = send(client, draft, "rules/panel.defence.size/require/", **rows)
    assert "This row says nothing yet" in text_of(response)
    assert now(draft).edition == draft.edition


def check(client: Client, draft: PackDraft, text: str, **given: Any) -> Any:
    sent = {"subject": "panel", "rows": "", "text": text} | given
    return client.post(f"/drafts/{draft.pk}/check/", sent)


def test_typing_is_checked_live_with_caret_hint_and_meaning(
    draft: PackDraft, client: Client, signed_in: SignIn, office: Account
) -> None:
    wrong = text_of(check(client, draft, "sise > 3"))
    assert "Did you mean" in wrong
    assert "^^^^" in wrong
    allowed = text_of(check(client, draft, "stage == 'defense'"))
    assert "predefence" in allowed
    chinese = signed_in(office)
    assert "成员人数" in text_of(check(chinese, draft, "size > 3"))
    assert "您要写的是" in text_of(check(chinese, draft, "sise > 3"))
    assert "In words" in text_of(check(client, draft, "role == 'chair'", rows="members"))
    assert now(draft).edition == draft.edition


def test_what_is_typed_comes_back_as_text_and_never_as_a_page(
    draft: PackDraft, client: Client
) -> None:
    evil = "<script>alert(1)</script>"
    assert evil not in text_of(check(client, draft, evil))
    assert "&lt;script&gt;" in text_of(check(client, draft, evil))
    given = {"do": "text", "text": evil}
    send(client, draft, "rules/panel.defence.size/require/?as=text", **given)
    for address in (
        f"/drafts/{draft.pk}/",
        f"/drafts/{draft.pk}/?show=text",
        f"/drafts/{draft.pk}/propose/",
    ):
        assert evil not in text_of(client.get(address))


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    st.one_of(st.binary(max_size=400), st.sampled_from([b"(" * 5000, b"a" * 90_000, b"\x00" * 99]))
)
def test_any_bytes_get_an_answer_from_the_check(
    draft: PackDraft, client: Client, raw: bytes
) -> None:
    body = b"subject=panel&rows=&text=" + quote(raw).encode()
    kind = "application/x-www-form-urlencoded"
    response = client.post(f"/drafts/{draft.pk}/check/", body, content_type=kind)
    assert response.status_code == 200
    bare = client.post(f"/drafts/{draft.pk}/check/", raw, content_type=kind)
    assert bare.status_code in (200, 400, 404)


WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "\x00", "-1", "9" * 40, "1e999", "NaN", "%", "2024-02-30", "+", "🧿", "row:0", "use"]),
)  # fmt: skip
FIELDS = st.sampled_from([
    "do", "edition", "value", "since", "cite", "evidence", "low", "high", "title_zh", "title_en", "name",
    "type", "unit", "stricter", "text", "part", "b0_r0_name", "b0_r0_operator", "b0_r0_value",
    "b0_r0_other", "join", "count_members", "c_stage", "c_event_on", "r_members_0_repeat", "verdict",
    "print", "confirm", "key", "source", "aggregate", "effective_from", "regulation_on", "remark", "message_zh",
    "clause_source", "clause_zh", "url", "issued_on", "kind", "gate", "version", "layer", "bind",
])  # fmt: skip


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.dictionaries(FIELDS, WORDS, max_size=12), st.integers(0, 10**6))
def test_whatever_is_sent_to_a_form_is_answered_and_leaves_a_draft_that_can_be_read(
    draft: PackDraft, client: Client, given: dict[str, str], place: int
) -> None:
    addresses = [*pages_of(draft), f"/drafts/{draft.pk}/undo/", f"/drafts/{draft.pk}/check/"]
    address = addresses[place % len(addresses)]
    held = now(draft)
    sent = {"edition": held.edition, **given}
    response = client.post(address, sent)
    assert response.status_code in (200, 302, 403, 404, 405), address
    assert sight_of(now(draft)) is not None


def test_an_example_is_added_by_form_and_the_rule_itself_is_asked(
    draft: PackDraft, client: Client
) -> None:
    given = {
        "do": "save", "count_training": "2", "count_milestones": "1", "r_training_0_repeat": "22",
        "r_training_1_repeat": "1", "r_training_1_kind": "?", "verdict": "pass", "note_zh": "二十二",
        "note_en": "twenty-two",
    }  # fmt: skip
    response = send(client, draft, "rules/training.clinical/examples/new/", **given)
    assert "The rule answers" in " ".join(faults_in(response))
    done = send(
        client, draft, "rules/training.clinical/examples/new/", **(given | {"verdict": "fail"})
    )
    assert done.status_code == 302
    last = pack_of(draft).rules["training.clinical"].examples[-1]
    assert (last.verdict.value, last.note.en) == ("fail", "twenty-two")
    rows = last.record["training"]
    assert isinstance(rows, list)
    assert (len(rows), rows[-1]["kind"]) == (23, None)


def test_an_example_is_taken_out_and_rows_are_added_to_the_form(
    draft: PackDraft, client: Client
) -> None:
    before = len(pack_of(draft).rules["training.clinical"].examples)
    page = client.get(f"/drafts/{draft.pk}/rules/training.clinical/examples/")
    mark = page.context["examples"][0]["print"]
    send(client, draft, "rules/training.clinical/examples/", do="remove", print=mark)
    assert len(pack_of(draft).rules["training.clinical"].examples) == before - 1
    more = send(
        client,
        draft,
        "rules/training.clinical/examples/new/",
        do="row:training",
        count_training="2",
    )
    assert "r_training_2_repeat" in text_of(more)


def test_a_part_goes_back_to_what_is_in_force(draft: PackDraft, client: Client) -> None:
    send(client, draft, "values/clinical_months/", **value())
    send(client, draft, "undo/", part="param clinical_months")
    assert len(pack_of(draft).parameters["clinical_months"].steps) == 1
    send(client, draft, "undo/", part="rule training.clinical", do="remove")
    assert "training.clinical" not in pack_of(draft).rules
    send(client, draft, "undo/", part="rule training.clinical")
    assert "training.clinical" in pack_of(draft).rules


def test_a_rule_with_a_fault_can_still_be_mended(draft: PackDraft, client: Client) -> None:
    send(client, draft, "rules/training.clinical/require/?as=text", do="text", text="clinicl > 3")
    overview = text_of(client.get(f"/drafts/{draft.pk}/"))
    assert f"/drafts/{draft.pk}/rules/training.clinical/require/" in overview
    assert client.get(f"/drafts/{draft.pk}/rules/training.clinical/").status_code == 200
    send(client, draft, "rules/training.clinical/require/?as=text", do="text", text="clinical > 3")
    assert sight_of(now(draft)).pack is not None
    assert pack_of(draft).rules["training.clinical"].require.text == "clinical > 3"


def made_ready(draft: PackDraft, client: Client) -> None:
    send(client, draft, "values/clinical_months/", **value())
    page = text_of(client.get(f"/drafts/{draft.pk}/rules/training.clinical/examples/"))
    marks = re.findall(r'name="confirm" value="(\w+)"', page)
    send(client, draft, "rules/training.clinical/examples/", do="confirm", confirm=marks)
    whole = sight_of(now(draft)).whole
    assert whole is not None
    PackDraft.objects.filter(pk=draft.pk).update(previewed_hash=whole.hash)


def test_a_draft_is_proposed_returned_proposed_again_and_approved(
    draft: PackDraft, client: Client, signed_in: SignIn, leader: Account
) -> None:
    made_ready(draft, client)
    day = today().isoformat()
    refused = send(client, draft, "propose/", effective_from=day)
    assert "2024-09-01" in text_of(refused)
    send(client, draft, "propose/", effective_from=day, regulation_on="2024-06-15")
    assert now(draft).state == DraftState.PROPOSED
    second = signed_in(leader, "en")
    assert send(client, draft, "decide/", do="approve").status_code == 403
    send(second, draft, "decide/", do="return", remark="clause?")
    assert now(draft).state == DraftState.RETURNED
    assert "clause?" in text_of(client.get(f"/drafts/{draft.pk}/"))
    send(client, draft, "propose/", effective_from=day, regulation_on="2024-06-15")
    page = text_of(second.get(f"/drafts/{draft.pk}/decide/"))
    assert "2024-09-01" in page
    send(second, draft, "decide/", do="approve")
    approved = now(draft)
    assert approved.state == DraftState.APPROVED
    assert approved.result is not None
    assert "2024-09-01" in text_of(client.get("/rules/training.clinical/"))


def test_a_draft_that_is_not_ready_says_why_and_stays(draft: PackDraft, client: Client) -> None:
    response = send(client, draft, "propose/", effective_from=today().isoformat())
    assert response.status_code == 200
    assert now(draft).state == DraftState.DRAFT


def test_rules_of_the_state_say_why_they_are_not_changed_here(cast: Cast, client: Client) -> None:
    PackInForce.objects.update(layer="statute")
    assert "Why it is not changed here" in text_of(client.get("/drafts/"))
    page = text_of(client.get(f"/drafts/open/{PACK}/"))
    assert "kept by the operator" in page
    assert client.post(f"/drafts/open/{PACK}/").status_code == 403
    assert not PackDraft.objects.exists()


def test_a_pack_from_nothing_begins_with_its_title(cast: Cast, client: Client) -> None:
    given = {
        "title_zh": "盲审细则",
        "title_en": "Blind review",
        "pack": "yunting/blind",
        "layer": "university",
    }
    response = client.post("/drafts/new/", given)
    draft = PackDraft.objects.get()
    assert response.headers["Location"] == f"/drafts/{draft.pk}/"
    assert text_of(client.get(f"/drafts/{draft.pk}/")).count("Blind review") >= 2
    assert "There is a pack" in text_of(client.post("/drafts/new/", given))


def test_the_number_of_queries_does_not_grow_with_the_drafts(
    cast: Cast, draft: PackDraft, client: Client
) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    first = {address: count(address) for address in ["/drafts/", *pages_of(draft)]}
    held = now(draft)
    for number in range(30):
        PackDraft.objects.create(
            institution=held.institution, pack=f"yunting/p{number}", overlay=held.overlay,
            author="x", author_key="y",
        )  # fmt: skip
    assert {address: count(address) for address in ["/drafts/", *pages_of(draft)]} == first
    assert max(first.values()) <= 12


def test_a_condition_with_a_fault_may_be_kept_for_tomorrow(
    draft: PackDraft, client: Client, office: Account
) -> None:
    change = ConditionChange("panel.defence.size", "when", "stage ==")
    change_draft(draft=draft, edition=draft.edition, change=change, by=office)
    page = text_of(client.get(f"/drafts/{draft.pk}/rules/panel.defence.size/when/"))
    assert "ends too early" in page
