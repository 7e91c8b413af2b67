"""Minutes: what they say and what they keep secret, whose signature they bear, whose template."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from committees import Committee, convene, degree_committee, listed, meeting, vote
from kept_rows import KeptRows, kept_rows
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.files import path_of
from preceptor.base.today import today
from preceptor.cases.actions import (
    advise,
    close_sitting,
    keep_template,
    recuse,
    sign_minutes,
    write_minutes,
)
from preceptor.cases.minutes.package import MOST_BYTES, MOST_PARTS
from preceptor.cases.minutes.signed import signed_copy
from preceptor.cases.minutes.template import check, shipped
from preceptor.cases.models import Minutes, MinutesTemplate, Sitting
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db


def words(minutes: Minutes) -> str:
    document = Document(str(path_of(minutes.file)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


Met = tuple[Committee, Sitting]


def _met(cast: Cast) -> Met:
    committee = degree_committee(cast, 9)
    sitting = meeting(committee)
    convene(sitting, 7)
    item = listed(committee, sitting, title="授予林知远<博士>学位 & 其他")
    seventh = sitting.seats.order_by("pk")[6]
    recuse(item=item, seat=seventh, reason="系申请人的亲属", by=OPERATOR)
    vote(committee, item, ["for"] * 4 + ["against", "abstain"])
    advise(
        body=committee.body, sitting=sitting, text="规范论文送审", given_on=today(),
        owner=committee.members[1], due_on=today(), by=OPERATOR,
    )  # fmt: skip
    close_sitting(sitting=sitting, record="会议按议程进行。\n无其他事项。", by=OPERATOR)
    return committee, sitting


@pytest.fixture(scope="module")
def once(
    request: pytest.FixtureRequest, shared_cast: KeptRows[Cast], django_db_blocker: Any
) -> Iterator[KeptRows[Met]]:
    """The rows of the committee and its closed sitting, written once."""
    yield from kept_rows(request, lambda: _met(shared_cast.fresh()), django_db_blocker)


@pytest.fixture
def met(once: KeptRows[Met], cast: Cast) -> Met:
    return once.fresh()


@pytest.fixture
def committee(met: Met) -> Committee:
    """Of nine; it met once."""
    return met[0]


@pytest.fixture
def closed(met: Met) -> Sitting:
    """Seven of nine come; one is recused; four of six vote in favour; an advice is given."""
    return met[1]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["9 人，到会 7 人", "同意 4 票，反对 1 票，弃权 1 票", "无记名投票", "规范论文送审",
                "会议按议程进行", "授予林知远<博士>学位 & 其他"]),
        ("en", ["7 of 9 members", "4 in favour, 1 against, 1 abstentions", "secret ballot",
                "Award of degrees"]),
    ],
)  # fmt: skip
def test_minutes_tell_who_came_what_was_decided_and_what_was_advised(
    closed: Sitting, language: str, expected: list[str]
) -> None:
    said = words(write_minutes(sitting=closed, language=language, by=OPERATOR))
    assert [text for text in expected if text not in said] == []
    assert "{{" not in said
    assert "{%" not in said


def test_minutes_tell_of_a_secret_ballot_nothing_but_counts_and_of_a_recusal_no_reason(
    closed: Sitting, committee: Committee
) -> None:
    said = words(write_minutes(sitting=closed, language="zh", by=OPERATOR))
    decision = said[said.index("回避") :]
    assert committee.members[6].name_zh in decision
    assert "亲属" not in said
    chair, owner = (person.name_zh for person in committee.members[:2])
    voters = {person.name_zh for person in committee.members[:6] if person.name_zh in decision}
    # The one follows up the advice; the chair signs as such, and is named above the agenda.
    assert voters <= {owner, chair}


def test_the_fonts_of_minutes_are_named_for_chinese_signs_too(closed: Sitting) -> None:
    minutes = write_minutes(sitting=closed, language="zh", by=OPERATOR)
    with zipfile.ZipFile(path_of(minutes.file)) as package:
        styles = package.read("word/styles.xml").decode()
    normal = styles[styles.index('w:styleId="Normal"') :]
    fonts = re.search(r"<w:rFonts[^>]*>", normal)
    assert fonts is not None
    assert 'w:eastAsia="SimSun"' in fonts[0]
    assert "Theme" not in fonts[0]


def test_minutes_that_say_the_same_are_no_new_version_and_others_are(closed: Sitting) -> None:
    first = write_minutes(sitting=closed, language="zh", by=OPERATOR)
    assert write_minutes(sitting=closed, language="zh", by=OPERATOR) == first
    second = write_minutes(sitting=closed, language="en", by=OPERATOR)
    assert (first.version, second.version) == (1, 2)


def test_minutes_are_written_when_the_sitting_is_over(committee: Committee) -> None:
    sitting = meeting(committee)
    convene(sitting, 7)
    with pytest.raises(NotPermitted):
        write_minutes(sitting=sitting, language="zh", by=OPERATOR)


def test_who_was_present_signs_the_newest_version_with_the_password_and_once(
    closed: Sitting, committee: Committee
) -> None:
    old = write_minutes(sitting=closed, language="zh", by=OPERATOR)
    chair, absent = committee.accounts[0], committee.accounts[8]
    with pytest.raises(RuleBroken):
        sign_minutes(minutes=old, by=chair, password_confirmed=False)
    with pytest.raises(NotPermitted):
        sign_minutes(minutes=old, by=absent, password_confirmed=True)
    signed = sign_minutes(minutes=old, by=chair, password_confirmed=True)
    assert sign_minutes(minutes=old, by=chair, password_confirmed=True) == signed
    assert signed.sha256 == old.file.sha256
    new = write_minutes(sitting=closed, language="en", by=OPERATOR)
    assert not new.signatures.exists()
    with pytest.raises(NotPermitted):
        sign_minutes(minutes=old, by=committee.accounts[1], password_confirmed=True)


@pytest.mark.parametrize(
    ("language", "said"), [("zh", ["签字", "委员"]), ("en", ["Signatures", "Member"])]
)
def test_the_signed_copy_says_who_signed_when_and_what_and_leaves_the_file_as_it_is(
    closed: Sitting, committee: Committee, language: str, said: list[str]
) -> None:
    minutes = write_minutes(sitting=closed, language=language, by=OPERATOR)
    before = path_of(minutes.file).read_bytes()
    unsigned = Document(BytesIO(signed_copy(minutes)))
    assert len(unsigned.tables) == len(Document(BytesIO(before)).tables)
    for account in committee.accounts[:2]:
        sign_minutes(minutes=minutes, by=account, password_confirmed=True)
    copy = Document(BytesIO(signed_copy(minutes)))
    sheet = [[cell.text for cell in row.cells] for row in copy.tables[-1].rows]
    chair, member = committee.members[:2]
    names = [person.name_zh if language == "zh" else person.name_en or person.name_zh
             for person in (chair, member)]  # fmt: skip
    assert [row[0] for row in sheet[1:]] == names
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row[2]) for row in sheet[1:])
    text = "\n".join(one.text for one in copy.paragraphs)
    assert minutes.file.sha256 in text and said[0] in text
    assert said[1].casefold() in sheet[2][1].casefold()
    assert path_of(minutes.file).read_bytes() == before


def test_a_file_that_was_changed_on_the_disk_is_not_signed(
    closed: Sitting, committee: Committee
) -> None:
    minutes = write_minutes(sitting=closed, language="zh", by=OPERATOR)
    path = path_of(minutes.file)
    kept = path.read_bytes()
    path.write_bytes(kept + b"\0")
    try:
        with pytest.raises(RuleBroken):
            sign_minutes(minutes=minutes, by=committee.accounts[0], password_confirmed=True)
    finally:
        path.write_bytes(kept)
    assert not minutes.signatures.exists()


def word_file(*paragraphs: str, **parts: bytes) -> bytes:
    """A Word file with the paragraphs, and further parts by name."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    with zipfile.ZipFile(target, "a") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_that_comes_with_the_product_is_one_itself(language: str) -> None:
    check(shipped(language))


def test_the_office_brings_its_own_template_and_minutes_are_written_with_it(
    cast: Cast, closed: Sitting, office: Account
) -> None:
    own = word_file(
        "本校纪要 {{ title }}", "{%p for item in items %}", "{{ item.title }}", "{%p endfor %}"
    )
    kept = keep_template(
        institution=cast.institution, language="zh", content=BytesIO(own), file_name="own.docx",
        by=office,
    )  # fmt: skip
    again = keep_template(
        institution=cast.institution, language="zh", content=BytesIO(own), file_name="own.docx",
        by=office,
    )  # fmt: skip
    assert again == kept
    said = words(write_minutes(sitting=closed, language="zh", by=OPERATOR))
    assert "本校纪要 云汀医科大学学位评定委员会" in said
    assert "授予林知远<博士>学位 & 其他" in said


def test_a_template_with_unknown_fields_is_refused_with_their_names_and_those_there_are() -> None:
    with pytest.raises(InputRefused) as refused:
        check(
            word_file(
                "{{ titel }}", "{%p for item in items %}", "{{ item.votes_fro }}", "{%p endfor %}"
            )
        )
    message = str(refused.value)
    assert "titel" in message
    assert "items.votes_fro" in message
    assert "items.votes_for" in message


@pytest.mark.parametrize(
    "text",
    [
        "{{ title.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ items[0] }}",
        "{{ title|attr('__class__') }}",
        "{{ range(10) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% for a in items %}{% for b in items %}{% for c in items %}{% for d in items %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ title",
    ],
)  # fmt: skip
def test_a_template_says_nothing_but_fields_lists_and_conditions(text: str) -> None:
    with pytest.raises(InputRefused):
        check(word_file(text))


def test_what_is_hidden_in_header_footnotes_and_properties_is_looked_at_too() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ secret_header }}"
    document.core_properties.title = "{{ secret_title }}"
    target = BytesIO()
    document.save(target)
    with pytest.raises(InputRefused) as refused:
        check(target.getvalue())
    assert "secret_header" in str(refused.value)
    assert "secret_title" in str(refused.value)


def bomb() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "x")
        package.writestr("word/document.xml", b"\0" * (40 * 2**20))
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"x" * (MOST_BYTES + 1), bomb(),
        word_file("x", **{f"word/a{number}.bin": b"" for number in range(MOST_PARTS)}),
        word_file("x", **{"word/vbaProject.bin": b"macro"}),
        word_file("x", **{"word/_rels/x.rels": b'<R TargetMode="External"/>'}),
        word_file("x", **{"word/x.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM '../../secrets.txt'>]>"}),
    ],
    ids=["empty", "pdf", "broken", "large", "bomb", "parts", "macro", "outside", "entity"],
)  # fmt: skip
def test_what_is_no_plain_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputRefused):
        check(content)


def test_only_the_office_keeps_the_template(cast: Cast, secretary: Account) -> None:
    with pytest.raises(NotPermitted):
        keep_template(
            institution=cast.institution, language="zh", content=BytesIO(shipped("zh")),
            file_name="zh.docx", by=secretary,
        )  # fmt: skip
    assert not MinutesTemplate.objects.exists()


def test_the_shipped_templates_are_what_their_script_makes() -> None:
    import importlib.util

    path = Path(__file__).resolve().parents[2] / "tools" / "minutes_templates.py"
    spec = importlib.util.spec_from_file_location("minutes_templates", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = {name: script.make(words) for name, words in (("zh", script.ZH), ("en", script.EN))}
    for name, content in made.items():
        with (
            zipfile.ZipFile(BytesIO(content)) as fresh,
            zipfile.ZipFile(BytesIO(shipped(name))) as kept,
        ):
            assert fresh.read("word/document.xml") == kept.read("word/document.xml")
