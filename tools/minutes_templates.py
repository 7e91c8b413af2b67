"""Makes the Word templates of minutes that come with the product: run it after changing a text here.

Writes src/preceptor/cases/shipped/minutes/zh.docx and en.docx.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

GOAL = Path(__file__).resolve().parent.parent / "src/preceptor/cases/shipped/minutes"


class Words(NamedTuple):
    """The fixed texts of one language."""

    name: str
    facts: tuple[tuple[str, str], ...]
    attendance: str
    counts: str
    present: str
    absent: str
    agenda: str
    recused: str
    vote: str
    secret: str
    open: str
    result: str
    advice: str
    owner: str
    record: str
    signatures: str
    chair: str
    secretary: str
    between: str


ZH = Words(
    name="会议纪要",
    facts=(
        ("会议", "{{ title }}"),
        ("编号", "{{ number }}"),
        ("机构", "{% if body %}{{ body }}{% else %}{{ unit }}{% endif %}"),
        ("时间", "{{ day }} {{ begins }}{% if ends %}—{{ ends }}{% endif %}"),
        ("地点", "{{ place }}"),
        ("主持人", "{{ chair }}"),
    ),
    attendance="出席情况",
    counts="有表决权的成员 {{ members_count }} 人，到会 {{ present_count }} 人。",
    present="到会：",
    absent="未到会：",
    agenda="议题与决议",
    recused="回避：",
    vote="表决（{method}）：到会情况 {{{{ item.quorum }}}}；发出并收回表决票 {{{{ item.votes_cast }}}} 张，"
    "同意 {{{{ item.votes_for }}}} 票，反对 {{{{ item.votes_against }}}} 票，"
    "弃权 {{{{ item.abstentions }}}} 票。",
    secret="无记名投票",
    open="记名投票",
    result="结果：{{ item.result }}。",
    advice="意见和建议",
    owner="落实：{{ one.owner }}{% if one.due_on %}，{{ one.due_on }}前{% endif %}",
    record="记录",
    signatures="签字",
    chair="主持人：",
    secretary="记录人：{{ secretary }}",
    between="、",
)
EN = Words(
    name="Minutes",
    facts=(
        ("Meeting", "{{ title }}"),
        ("Number", "{{ number }}"),
        ("Body", "{% if body %}{{ body }}{% else %}{{ unit }}{% endif %}"),
        ("Time", "{{ day }}, {{ begins }}{% if ends %}–{{ ends }}{% endif %}"),
        ("Place", "{{ place }}"),
        ("Chair", "{{ chair }}"),
    ),
    attendance="Attendance",
    counts="{{ present_count }} of {{ members_count }} members with a vote were present.",
    present="Present: ",
    absent="Not present: ",
    agenda="Agenda and decisions",
    recused="Recused: ",
    vote="Vote ({method}): {{{{ item.quorum }}}}; {{{{ item.votes_cast }}}} ballots cast, "
    "{{{{ item.votes_for }}}} in favour, {{{{ item.votes_against }}}} against, "
    "{{{{ item.abstentions }}}} abstentions.",
    secret="secret ballot",
    open="open vote",
    result="Result: {{ item.result }}.",
    advice="Advice",
    owner="To be followed up by {{ one.owner }}{% if one.due_on %}, by {{ one.due_on }}{% endif %}",
    record="Record",
    signatures="Signatures",
    chair="Chair: ",
    secretary="Secretary: {{ secretary }}",
    between=", ",
)


def _font(style: Any, latin: str, eastern: str, points: float) -> None:
    """Both fonts of a style: Word chooses the eastern one for Chinese signs."""
    style.font.name, style.font.size = latin, Pt(points)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(kind), latin)
    fonts.set(qn("w:eastAsia"), eastern)
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if qn(kind) in fonts.attrib:
            del fonts.attrib[qn(kind)]


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.4)
    styles = document.styles
    _font(styles["Normal"], "Times New Roman", "SimSun", 12)
    _font(styles["Title"], "Arial", "SimHei", 18)
    _font(styles["Heading 1"], "Arial", "SimHei", 14)
    _font(styles["Heading 2"], "Arial", "SimHei", 12)
    styles["Normal"].paragraph_format.space_after = Pt(4)
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].font.color.rgb = None
        styles[name].font.bold = name != "Title"


def _facts(document: Any, words: Words) -> None:
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for term, value in words.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = term, value
        cells[0].width, cells[1].width = Cm(3), Cm(12.8)


def _list(document: Any, words: Words, label: str, name: str) -> None:
    entries = (
        f"{{% for seat in {name} %}}{{{{ seat.name }}}}（{{{{ seat.role }}}}）"
        if words is ZH
        else f"{{% for seat in {name} %}}{{{{ seat.name }}}} ({{{{ seat.role }}}})"
    )
    ending = f"{{% if not loop.last %}}{words.between}{{% endif %}}{{% endfor %}}"
    document.add_paragraph(f"{label}{entries}{ending}")


def _items(document: Any, words: Words) -> None:
    add = document.add_paragraph
    add("{%p for item in items %}")
    document.add_heading("{{ item.place }}. {{ item.title }}", 2)
    add("{%p if item.case %}")
    add("{{ item.case }}")
    add("{%p endif %}")
    add("{%p if item.summary %}")
    add("{{ item.summary }}")
    add("{%p endif %}")
    add("{%p if item.recused %}")
    add(f"{words.recused}{{{{ item.recused|join('{words.between}') }}}}")
    add("{%p endif %}")
    add("{%p if item.has_vote %}")
    method = f"{{% if item.is_secret %}}{words.secret}{{% else %}}{words.open}{{% endif %}}"
    add(words.vote.format(method=method))
    add("{%p for vote in item.votes %}")
    add(
        "{{ vote.name }}：{{ vote.choice }}"
        if words is ZH
        else "{{ vote.name }}: {{ vote.choice }}"
    )
    add("{%p endfor %}")
    add(words.result)
    add("{%p else %}")
    add("{{ item.state }}")
    add("{%p endif %}")
    add("{%p endfor %}")


def _advice(document: Any, words: Words) -> None:
    add = document.add_paragraph
    add("{%p if advice %}")
    document.add_heading(words.advice, 1)
    add("{%p for one in advice %}")
    add("{{ loop.index }}. {{ one.text }}")
    add(words.owner)
    add("{%p endfor %}")
    add("{%p endif %}")


def make(words: Words) -> bytes:
    """The template in one language, the same bytes each time."""
    document = Document()
    _page(document)
    document.add_heading("{{ institution }}", 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(words.name).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _facts(document, words)
    document.add_heading(words.attendance, 1)
    document.add_paragraph(words.counts)
    _list(document, words, words.present, "present")
    document.add_paragraph("{%p if absent %}")
    _list(document, words, words.absent, "absent")
    document.add_paragraph("{%p endif %}")
    document.add_heading(words.agenda, 1)
    _items(document, words)
    _advice(document, words)
    document.add_paragraph("{%p if record %}")
    document.add_heading(words.record, 1)
    document.add_paragraph("{{ record }}")
    document.add_paragraph("{%p endif %}")
    document.add_heading(words.signatures, 1)
    document.add_paragraph(words.chair)
    document.add_paragraph(words.secretary)
    document.core_properties.author = ""
    document.core_properties.title = words.name
    document.core_properties.comments = ""
    target = BytesIO()
    document.save(target)
    return _same_bytes(target.getvalue())


def _same_bytes(content: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(target, "w") as fresh:
        for name in sorted(package.namelist()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fresh.writestr(entry, package.read(name))
    return target.getvalue()


def main() -> None:
    """Write both templates."""
    GOAL.mkdir(parents=True, exist_ok=True)
    for name, words in (("zh", ZH), ("en", EN)):
        (GOAL / f"{name}.docx").write_bytes(make(words))


if __name__ == "__main__":
    main()
