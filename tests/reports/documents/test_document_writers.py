"""The report as HTML, Word and PDF, read back by other programs."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path

import docx
import pytest

from preceptor.reports.documents.html import render_fragment, render_html
from preceptor.reports.documents.model import (
    Chapter,
    Column,
    Document,
    FigureEntry,
    FigureNumber,
    Language,
    Paragraph,
    Section,
    Table,
    Waiting,
    runs,
)
from preceptor.reports.documents.numbering import headed
from preceptor.reports.documents.pdf import render_pdf, write_pdf
from preceptor.reports.documents.word import render_word, write_word
from reports.documents.readers import (
    WORD,
    Page,
    body_of,
    part_of,
    pdf_links,
    pdf_of,
    pdf_words,
    word_links,
    words_of,
)
from reports.documents.sample import SITE, sample_document

LANGUAGES: tuple[Language, ...] = ("zh", "en")
HOSTILE = (
    '#panic("x") *bold* _it_ $x^2$ `raw` @ref <label> #import "a.typ" '
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt; ]]> <w:p/> {{ x }} \\u{0}"
)
CONTROLS = "\x00\x08\x0b\x1f\ufffe\u202e"
both = pytest.mark.parametrize("language", LANGUAGES)


@cache
def sample_pdf(language: Language) -> bytes:
    return render_pdf(sample_document(language))


@cache
def sample_word(language: Language) -> bytes:
    return render_word(sample_document(language))


def squeezed(words: str) -> str:
    return "".join(words.split())


def hostile_document(language: Language) -> Document:
    """A report in which every place for text holds markup of all three formats."""
    words = HOSTILE + CONTROLS
    number = FigureNumber("k", words, url="/figures/k/", unit=words, note=words)
    whole = sample_document(language)
    column = Column(words, unit=words)
    blocks = (
        Paragraph(runs(words, number)),
        Waiting(words),
        Table((column,), ((runs(words),), ((number,),)), words, note=words),
    )
    entry = FigureEntry(
        "k", words, words, words, "flow", words, words, words, 1, url='/figures/"><b>k'
    )
    return dataclasses.replace(
        whole,
        title=words,
        subtitle=words,
        institution=words,
        chapters=(Chapter("1", words, (Section("1", words, blocks),)),),
        annex=(entry,),
    )


@both
def test_every_printed_figure_links_to_its_page_in_html(language: Language) -> None:
    document = sample_document(language)
    links = Page(render_html(document)).links
    for number in document.numbers():
        assert (SITE + number.url, number.text) in links
    assert len([1 for address, _ in links if address.startswith(SITE)]) == len(
        list(document.numbers())
    ) + len(document.annex)


@both
def test_a_fragment_for_the_site_keeps_its_paths_and_brings_no_page_of_its_own(
    language: Language,
) -> None:
    document = sample_document(language)
    fragment = Page(render_fragment(document))
    assert {(n.url, n.text) for n in document.numbers()} <= set(fragment.links)
    assert not {"html", "head", "style", "script"} & fragment.names()


@both
def test_the_html_passes_a_policy_without_inline_styles_scripts_or_handlers(
    language: Language,
) -> None:
    page = Page(render_html(sample_document(language), stylesheet="/static/report.css"))
    assert not {"style", "script"} & page.names()
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@both
def test_anchors_of_the_html_are_unique_and_every_inner_link_arrives(language: Language) -> None:
    page = Page(render_html(sample_document(language)))
    anchors = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    assert {address[1:] for address, _ in page.links if address.startswith("#")} <= set(anchors)


@both
def test_every_printed_figure_links_to_its_line_of_the_annex_in_word(language: Language) -> None:
    document = sample_document(language)
    content = sample_word(language)
    links = list(word_links(content))
    marks = {mark.get(f"{WORD}name") for mark in body_of(content).iter(f"{WORD}bookmarkStart")}
    for number in document.numbers():
        place = document.places[number.target]
        assert (f"#figure_{place}", number.text) in links
        assert f"figure_{place}" in marks
    for entry in document.annex:
        assert (SITE + entry.url, entry.key) in links


@both
def test_every_printed_figure_is_a_link_in_the_pdf(language: Language) -> None:
    document = sample_document(language)
    links = list(pdf_links(sample_pdf(language)))
    inner = [link for link in links if "/Dest" in link]
    outer = {link["/A"]["/URI"] for link in links if "/A" in link}
    headings = len(list(headed(document))) + 1
    assert len(inner) >= len(list(document.numbers())) + headings
    assert {SITE + entry.url for entry in document.annex} <= outer


@both
def test_without_a_site_word_and_pdf_name_no_address(language: Language) -> None:
    document = dataclasses.replace(sample_document(language), site="")
    assert not [link for link in pdf_links(render_pdf(document)) if "/A" in link]
    assert all(target.startswith("#") for target, _ in word_links(render_word(document)))


@both
def test_markup_in_texts_is_printed_and_never_obeyed(language: Language) -> None:
    document = hostile_document(language)
    page = Page(render_html(document))
    assert page.words.count(HOSTILE) >= 8
    assert not {"script", "img", "b", "label"} & page.names()
    assert squeezed(HOSTILE) in squeezed(pdf_words(render_pdf(document)))
    word = render_word(document)
    assert words_of(body_of(word)).count(HOSTILE) >= 8
    for control in CONTROLS:
        assert control not in page.words + words_of(body_of(word))


@both
def test_names_with_rare_characters_are_read_in_all_three(language: Language) -> None:
    document = sample_document(language)
    read = (
        pdf_words(sample_pdf(language)),
        words_of(body_of(sample_word(language))),
        Page(render_html(document)).words,
    )
    for words in read:
        for name in ("苏玥婳", "陆喆", "沈翀"):
            assert name in words
        assert "〓" not in words


def test_a_character_beyond_the_font_does_not_stop_the_pdf() -> None:
    document = sample_document("zh")
    chapter = Chapter("", "안녕", blocks=(Paragraph(runs("𰻝面")),))
    words = pdf_words(render_pdf(dataclasses.replace(document, chapters=(chapter,))))
    assert "〓(U+C548)" in words


@both
def test_sections_that_wait_stand_with_their_heading_and_one_line(language: Language) -> None:
    document = sample_document(language)
    waiting = [block for block in document.blocks() if isinstance(block, Waiting)]
    assert len(waiting) > 15
    read = (
        pdf_words(sample_pdf(language)),
        squeezed(words_of(body_of(sample_word(language)))),
        squeezed(Page(render_html(document)).words),
    )
    for words in read:
        for _, _, title, _ in headed(document):
            assert words.count(squeezed(title)) >= 2, "in the contents and above its text"
        for block in waiting:
            assert squeezed(block.text) in words


def long_table(language: Language) -> Document:
    document = sample_document(language)
    columns = (Column("学号栏"), Column("姓名栏"))
    rows = tuple((runs(f"D{number:04d}"), runs("林乐安")) for number in range(300))
    chapter = Chapter("一", "名单", blocks=(Table(columns, rows, "名单"),))
    return dataclasses.replace(document, chapters=(chapter,), annex=())


@both
def test_a_table_of_three_hundred_rows_repeats_its_head_on_every_page(language: Language) -> None:
    document = long_table(language)
    pages = [page.extract_text() for page in pdf_of(render_pdf(document)).pages]
    with_rows = [page for page in pages if "D0" in page]
    assert len(with_rows) > 5
    assert all("学号栏" in page and "姓名栏" in page for page in with_rows)
    tables = [
        t for t in body_of(render_word(document)).iter(f"{WORD}tbl") if "学号栏" in words_of(t)
    ]
    rows = tables[0].findall(f"{WORD}tr")
    assert rows[0].find(f"{WORD}trPr/{WORD}tblHeader") is not None
    assert len(rows) == 301
    assert all(row.find(f"{WORD}trPr/{WORD}tblHeader") is None for row in rows[1:])
    page = Page(render_html(document))
    assert "thead" in page.names()


@both
def test_the_pdf_is_accessible_and_fit_for_the_archive(language: Language) -> None:
    document = sample_document(language)
    read = pdf_of(sample_pdf(language))
    root = read.trailer["/Root"]
    assert root["/Lang"] == {"zh": "zh-CN", "en": "en-US"}[language]
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in metadata
    assert "<pdfaid:part>2<" in metadata
    assert read.metadata is not None
    assert read.metadata.title == document.title


@both
def test_the_pdf_carries_only_the_vendored_font(language: Language) -> None:
    names = set()
    for page in pdf_of(sample_pdf(language)).pages:
        fonts = page["/Resources"].get("/Font", {})
        names |= {str(fonts[key]["/BaseFont"]).split("+")[-1] for key in fonts}
    assert names
    assert all(name.startswith("NotoSansCJKsc-") for name in names)


@both
def test_cover_header_and_page_numbers_name_the_report(language: Language) -> None:
    document = sample_document(language)
    pages = [page.extract_text() for page in pdf_of(sample_pdf(language)).pages]
    census = {"zh": "2023 年 12 月 31 日", "en": "31 December 2023"}[language]
    for words in (document.institution, document.subtitle, census):
        assert squeezed(words) in squeezed(pages[0])
    for page in pages[1:]:
        assert document.institution in page
        assert squeezed(document.title) in squeezed(page)
    content = sample_word(language)
    assert document.title in words_of(part_of(content, "word/header1.xml"))
    footer = part_of(content, "word/footer1.xml")
    assert [i.text for i in footer.iter(f"{WORD}instrText")] == [" PAGE "]


@both
def test_word_headings_are_real_and_the_contents_names_each_with_its_page(
    language: Language,
) -> None:
    document = sample_document(language)
    content = sample_word(language)
    read = docx.Document(BytesIO(content))
    titles = [title for _, _, title, _ in headed(document)]
    found = [p.text for p in read.paragraphs if p.style is not None and p.style.name in HEADINGS]
    assert found[:-1] == titles, "the last one is the annex"
    orders = [i.text or "" for i in body_of(content).iter(f"{WORD}instrText")]
    assert len([order for order in orders if "PAGEREF" in order]) == len(titles) + 1
    assert read.core_properties.title == document.title
    assert read.core_properties.language == {"zh": "zh-CN", "en": "en-US"}[language]


HEADINGS = {"Heading 1", "Heading 2", "Heading 3"}


def test_every_word_style_with_letters_names_an_east_asian_font() -> None:
    styles = part_of(render_word(sample_document("zh")), "word/styles.xml")
    paragraphs = [s for s in styles if s.get(f"{WORD}type") == "paragraph"]
    assert len(paragraphs) > 15
    for style in paragraphs:
        fonts = style.find(f"{WORD}rPr/{WORD}rFonts")
        assert fonts.get(f"{WORD}eastAsia") in {"SimSun", "SimHei"}, style.get(f"{WORD}styleId")


def test_word_tables_carry_alternative_text() -> None:
    document = sample_document("zh")
    captions = {block.caption for block in document.blocks() if isinstance(block, Table)}
    described = body_of(render_word(document)).iter(f"{WORD}tblDescription")
    assert captions <= {found.get(f"{WORD}val") for found in described}


@both
def test_the_same_document_gives_the_same_bytes(language: Language, tmp_path: Path) -> None:
    document = sample_document(language)
    write_pdf(document, tmp_path / "a.pdf")
    write_word(document, tmp_path / "a.docx")
    assert (tmp_path / "a.pdf").read_bytes() == render_pdf(sample_document(language))
    assert (tmp_path / "a.docx").read_bytes() == render_word(sample_document(language))


def test_a_report_without_chapters_or_figures_is_still_a_document() -> None:
    empty = dataclasses.replace(sample_document("zh"), chapters=(), annex=())
    assert len(pdf_of(render_pdf(empty)).pages) >= 2
    assert "目录" in words_of(body_of(render_word(empty)))
    assert empty.title in Page(render_html(empty)).words


@pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice (soffice) is not installed: nothing opens the Word file",
)
@both
def test_the_word_file_opens_in_libreoffice_with_its_pages_numbered(
    language: Language, tmp_path: Path
) -> None:
    document = sample_document(language)
    write_word(document, tmp_path / "report.docx")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)),
            str(tmp_path / "report.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    content = (tmp_path / "report.pdf").read_bytes()
    pages = [page.extract_text() for page in pdf_of(content).pages]
    assert len(pages) > 8
    title = [title for _, level, title, _ in headed(document) if level == 1][1]
    line = next(line for line in pages[1].splitlines() if squeezed(title) in squeezed(line))
    assert line.strip()[-1].isdigit(), "the contents gives the page of each chapter"
    assert "玥婳" in "".join(pages)
    assert document.institution in pages[2]
