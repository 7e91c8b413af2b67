"""A case kind as text: what is wrong with it is said at once, all of it, and where."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.cases import registry
from preceptor.cases.kinds.checking import checked_kind, faults, is_feasible
from preceptor.cases.kinds.faults import KindFaulty
from preceptor.cases.kinds.kind import (
    CONFLICTS,
    ENDS,
    OUTCOMES,
    Actor,
    Appeal,
    Conflicts,
    Deadline,
    Document,
    Kind,
    Retake,
    Share,
    Stage,
    Voting,
    Words,
)
from preceptor.cases.kinds.reading import read_kind, voting_of
from preceptor.cases.kinds.writing import voting_table, write_kind
from preceptor.standing.radar.conflict import TITLES
from small_kinds import KIND, TestPort

PANEL = """
[[stages]]
id = "panel"
title = { zh = "组成委员会", en = "Composition" }
does = "compose"
by = ["secretary of unit"]
then = { composed = "sitting" }

[[stages]]
id = "sitting"
title = { zh = "答辩", en = "Defence" }
does = "sitting"
by = ["secretary of unit"]
voting = { passes = "2/3 of all", quorum = "2/3 of all" }
then = { passed = "display", failed = "hearing" }

[[stages]]
id = "display"
title = { zh = "公示", en = "Public notice" }
does = "notice"
by = ["office of institution"]
deadline = { days = 5 }
then = { clear = "granted", upheld = "panel" }

[[stages]]
id = "hearing"
title = { zh = "听取意见", en = "Hearing" }
does = "hearing"
by = ["office of institution"]
deadline = { working_days = 5 }
then = { confirmed = "refused", changed = "panel" }
"""
HEAD = KIND.partition("[[stages]]")[0]
DEFENCE = HEAD + PANEL


@pytest.fixture(autouse=True, scope="module")
def _port() -> object:
    registry._ports["test.person"] = TestPort()
    yield
    del registry._ports["test.person"]


def places(text: str) -> list[str]:
    """Where the checker finds something wrong; empty when nothing."""
    try:
        checked_kind(text)
    except KindFaulty as refusal:
        return [fault.place for fault in refusal.faults]
    return []


def test_the_small_kinds_of_the_tests_can_be_used() -> None:
    assert places(KIND) == []
    assert places(DEFENCE) == []


def test_every_fault_is_told_at_once_with_its_place_and_line() -> None:
    text = KIND.replace('prefix = "L"', 'prefx = "L"').replace('does = "review"', 'does = "reveiw"')
    with pytest.raises(KindFaulty) as refusal:
        read_kind(text)
    found = {fault.place: fault for fault in refusal.value.faults}
    assert {"prefx", "stages[1].does", "stages[2].does", "stages[3].does"} == found.keys()
    lines = text.splitlines()
    for place, fault in found.items():
        assert lines[(fault.line or 0) - 1].startswith(place.rpartition(".")[2])
    assert "“prefix”" in str(found["prefx"].message)
    assert "“review”" in str(found["stages[2].does"].message)


@pytest.mark.parametrize(
    ("part", "instead", "place"),
    [
        ('version = "1"', "version = 1", "version"),
        ('name = "leave"', 'name = "离校"', "name"),
        ('prefix = "L"', 'prefix = "l-1"', "prefix"),
        ('sees = "stages"', 'sees = "all"', "sees"),
        ('types = ["pdf", "docx"]', 'types = ["exe"]', "documents[1].types"),
        ('types = ["pdf", "docx"]', "types = []", "documents[1].types"),
        ("most_megabytes = 1", "most_megabytes = 0", "documents[1].most_megabytes"),
        ("most_megabytes = 1", "most_megabytes = true", "documents[1].most_megabytes"),
        ('by = ["guide"]', "by = [1]", "stages[1].by"),
        ('by = ["guide"]', 'by = ["secretary of faculty"]', "stages[1].by"),
        ('by = ["guide"]', 'by = ["the guide"]', "stages[1].by"),
        ("working_days = 3", "working_days = 0", "stages[1].deadline.working_days"),
        ("working_days = 3", "working_days = 3, days = 4", "stages[1].deadline.working_days"),
        ('zh = "外出参会申请", ', "", "title.zh"),
    ],
)
def test_a_text_of_the_wrong_form_is_refused_at_its_place(
    part: str, instead: str, place: str
) -> None:
    assert part in KIND
    found = places(KIND.replace(part, instead, 1))
    assert place in found or (
        place.endswith("working_days") and any("deadline" in one for one in found)
    )


def test_what_is_no_toml_at_all_is_told_so() -> None:
    with pytest.raises(KindFaulty):
        read_kind("name = ")


@pytest.mark.parametrize(
    ("part", "instead", "place"),
    [
        ('by = ["guide"]', 'by = ["giude"]', "stages[1].by"),
        ('by = ["guide"]', 'by = ["office"]', "stages[1].by"),
        ('by = ["guide"]', 'by = ["guide of unit"]', "stages[1].by"),
        ('by = ["guide"]', "by = []", "stages[1].by"),
        ('opens = ["subject", "secretary of unit"]', "opens = []", "opens"),
        ('port = "test.person"', 'port = "test.persons"', "port"),
        ('agreed = "check"', 'agreed = "chek"', "stages[1].then.agreed"),
        ('agreed = "check", ', "", "stages[1].then"),
        ('agreed = "check", ', 'agreed = "check", passed = "check", ', "stages[1].then.passed"),
        ('id = "check"', 'id = "opinion"', "stages"),
        ('id = "check"', 'id = "granted"', "stages[2].id"),
        ('late = "remind"', 'late = "climb"', "stages[1].deadline"),
        ('late = "remind"', 'late = "remind", climbs_to = "guide"', "stages[1].deadline"),
        ('id = "programme"', 'id = "letter"', "documents"),
        ('sees = "stages"', 'sees = "stages"\nsettings = { size = 1 }', "settings"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused_at_its_place(
    part: str, instead: str, place: str
) -> None:
    assert part in KIND
    assert place in places(KIND.replace(part, instead, 1))


@pytest.mark.parametrize(
    ("part", "instead", "place"),
    [
        ('passes = "2/3 of all"', 'passes = "4/3 of all"', "stages[2].voting.passes"),
        ('passes = "2/3 of all"', 'passes = "more than 1/1 of all"', "stages[2].voting.passes"),
        ('passes = "2/3 of all"', 'passes = "0/3 of all"', "stages[2].voting.passes"),
        ('passes = "2/3 of all"', 'passes = "2/0 of all"', "stages[2].voting.passes"),
        ('passes = "2/3 of all"', 'passes = "two thirds"', "stages[2].voting.passes"),
        ('quorum = "2/3 of all"', 'quorum = "2/3 of present"', "stages[2].voting.quorum"),
        ('voting = { passes = "2/3 of all", quorum = "2/3 of all" }', "", "stages[2].voting"),
        ("deadline = { days = 5 }", "", "stages[3]"),
        ("deadline = { working_days = 5 }", "", "stages[4]"),
        ("days = 5 }", 'days = 5, late = "pass" }', "stages[3].deadline"),
        ('does = "compose"', 'does = "compose"\nbody = "degree"', "stages[1].body"),
        ('does = "compose"', 'does = "compose"\nneeds = "all"', "stages[1].needs"),
    ],
)
def test_a_panel_that_cannot_sit_or_vote_is_refused(part: str, instead: str, place: str) -> None:
    assert part in DEFENCE
    assert place in places(DEFENCE.replace(part, instead, 1))


def test_a_case_that_goes_round_for_ever_is_refused() -> None:
    circle = KIND.replace('"granted"', '"opinion"').replace('"refused"', '"opinion"')
    assert {"stages[1].then", "stages[2].then", "stages[3].then"} <= set(places(circle))


def test_a_stage_that_no_way_leads_to_is_refused() -> None:
    assert "stages[2]" in places(KIND.replace('agreed = "check"', 'agreed = "grant"'))


def test_a_request_that_can_only_be_refused_is_refused() -> None:
    assert places(KIND.replace('"granted"', '"refused"')) == ["stages"]


def test_a_panel_sits_only_after_it_was_composed_but_a_body_needs_no_composing() -> None:
    early = DEFENCE.replace('then = { composed = "sitting" }', 'then = { composed = "display" }')
    skipping = HEAD + PANEL[PANEL.index('[[stages]]\nid = "sitting"') :].replace(
        '"panel"', '"sitting"'
    )
    assert "stages[2]" in places(early)
    assert places(skipping) == ["stages[1]"]
    assert places(skipping.replace('does = "sitting"', 'does = "sitting"\nbody = "degree"')) == []


def test_an_appeal_names_a_stage_and_a_kind_that_exist() -> None:
    appeal = """
[[appeals]]
ground = "decision"
kind = "review"
within = { working_days = 30 }
reopens = "grant"
"""
    kind = read_kind(KIND + appeal)
    assert faults(kind) == [] == faults(kind, {"review"})
    assert [fault.place for fault in faults(kind, {"leave"})] == ["appeals[1].kind"]
    lost = read_kind(KIND + appeal.replace('"grant"', '"grants"'))
    assert [fault.place for fault in faults(lost)] == ["appeals[1].reopens"]


def test_the_latest_day_of_a_retake_lies_after_the_earliest() -> None:
    retake = "\n[retake]\nattempts = 2\nafter_days = 90\nwithin_days = 30\n"
    assert places(KIND + retake) == ["retake"]


WORD = st.text("abcdefghij", min_size=1, max_size=6)
TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12
)
WORDS = st.builds(Words, TEXT, TEXT)
ACTORS = st.sampled_from(
    [Actor("guide"), Actor("subject"), Actor("secretary", "unit"), Actor("office", "institution")]
)
BY = st.lists(ACTORS, min_size=1, max_size=3, unique=True).map(tuple)
FEASIBLE = st.builds(
    Share,
    st.integers(1, 5),
    st.integers(5, 9),
    st.sampled_from(["all", "present", "cast"]),
    st.booleans(),
).filter(is_feasible)
QUORUM = FEASIBLE.map(lambda share: dataclasses.replace(share, of="all"))
VOTING = st.builds(Voting, FEASIBLE, QUORUM, st.booleans(), st.booleans())


@st.composite
def stages(draw: st.DrawFn, names: list[str], place: int) -> Stage:
    does = draw(st.sampled_from(sorted(OUTCOMES)))
    goals = st.sampled_from([*names, *sorted(ENDS)])
    lasts = Deadline(draw(st.integers(1, 90)), draw(st.sampled_from(["days", "working_days"])))
    needs_time = does in ("notice", "hearing") or draw(st.booleans())
    return Stage(
        id=names[place], title=draw(WORDS), does=does, by=draw(BY),
        then={outcome: draw(goals) for outcome in OUTCOMES[does]},
        needs=draw(st.sampled_from(["one", "all"])) if does == "review" else "one",
        returns=draw(st.booleans()), deadline=lasts if needs_time else None,
        voting=draw(VOTING) if does == "sitting" else None,
        body="degree" if does == "sitting" and draw(st.booleans()) else "",
        conflicts=draw(st.builds(Conflicts)) if does == "compose" else None,
    )  # fmt: skip


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    names = draw(
        st.lists(WORD.filter(lambda word: word not in ENDS), min_size=1, max_size=5, unique=True)
    )
    return Kind(
        name=draw(WORD), version=draw(WORD), title=draw(WORDS), port="test.person",
        opens=draw(BY), stages=tuple(draw(stages(names, place)) for place in range(len(names))),
        settings=draw(st.dictionaries(st.just("colour"), st.one_of(TEXT, st.integers(), st.booleans(), st.lists(TEXT)))),
        gate=draw(st.sampled_from(["", "defence"])), sees=draw(st.sampled_from(["outcome", "reasons"])),
        documents=tuple(Document(name, draw(WORDS)) for name in draw(st.sets(WORD, max_size=2))),
        appeals=draw(st.sampled_from([(), (Appeal("academic", "review", Deadline(60, "days"), names[0]),)])),
        retake=draw(st.sampled_from([None, Retake(2), Retake(3, 90, 365, "new")])),
    )  # fmt: skip


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(kinds())
def test_a_written_kind_reads_back_equal(kind: Kind) -> None:
    assert read_kind(write_kind(kind)) == kind


@QUICK
@given(VOTING)
def test_a_stored_voting_rule_reads_back_equal(voting: Voting) -> None:
    assert voting_of(voting_table(voting)) == voting


def ends_from(kind: Kind, stage: str) -> bool:
    """Whether by trying all outcomes an end is found; counted by steps, not by the checker's walk."""
    at = {stage}
    for _step in range(len(kind.stages) + 1):
        at |= {goal for one in at - ENDS for goal in kind.stage(one).then.values()}
    return bool(at & ENDS)


@QUICK
@given(kinds())
def test_a_kind_that_is_accepted_ends_from_every_stage_and_one_that_does_not_is_refused(
    kind: Kind,
) -> None:
    ends = all(ends_from(kind, stage.id) for stage in kind.stages)
    if not faults(kind):
        assert ends
    if not ends:
        assert any(fault.place.endswith(".then") for fault in faults(kind))


@QUICK
@given(kinds(), st.data())
def test_in_an_accepted_kind_a_removed_or_misdirected_goal_is_refused(
    kind: Kind, data: st.DataObject
) -> None:
    if faults(kind):
        kind = read_kind(DEFENCE)
    place = data.draw(st.integers(0, len(kind.stages) - 1))
    stage = kind.stages[place]
    outcome = data.draw(st.sampled_from(sorted(stage.then)))
    for then in (
        {key: goal for key, goal in stage.then.items() if key != outcome},
        {**stage.then, outcome: "nowhere-at-all"},
        dict.fromkeys(stage.then, stage.id),
    ):
        changed = list(kind.stages)
        changed[place] = dataclasses.replace(stage, then=then)
        assert faults(dataclasses.replace(kind, stages=tuple(changed)))


def test_a_conflict_that_nobody_looks_for_is_a_fault_and_not_a_conflict_that_never_blocks() -> None:
    with pytest.raises(KindFaulty, match="kinship"):
        checked_kind(
            KIND + PANEL.replace(
                'does = "compose"', 'does = "compose"\nconflicts = { blocks = ["kinshp"] }'
            )
        )  # fmt: skip
    assert {"self", *CONFLICTS} == set(TITLES)
