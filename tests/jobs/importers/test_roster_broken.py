"""Files that are no usable workbook: one message, nothing read, little time and memory."""

from __future__ import annotations

import io
import re
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.jobs.importers.roster import Roster, WorkbookRefused, read_roster
from roster_workbooks import DIRECTIONS, OFFICE_WORKBOOK, Book, refused, trainee

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read(content: bytes) -> Roster:
    return read_roster(io.BytesIO(content), directions=DIRECTIONS)


def refusal(content: bytes) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        read(content)
    return str(caught.value)


def small_book() -> bytes:
    book = Book()
    book.trainees(trainee("2021510001"), trainee("2021510002"))
    return book.file().getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one part changed."""
    changed_copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed_copy, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
    return changed_copy.getvalue()


def ole_file(stream_name: str) -> bytes:
    """A compound file whose directory names one stream, as Excel writes the header."""
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    entry = stream_name.encode("utf-16-le").ljust(64, b"\0")
    return header.ljust(512, b"\0") + entry.ljust(512, b"\0")


@pytest.mark.parametrize(
    "content",
    [
        b"student,name\n2021510001,x\n",
        "学号,姓名\n".encode("gb18030"),
        b"<html></html>",
        b"\0" * 99,
    ],
)
def test_a_renamed_text_file_is_no_workbook(content: bytes) -> None:
    assert "not an Excel workbook" in refusal(content)


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert "is empty" in refusal(b"")


def test_a_workbook_with_a_password_asks_for_the_password_to_be_removed() -> None:
    assert "password" in refusal(ole_file("EncryptedPackage"))


def test_a_legacy_workbook_asks_to_be_saved_anew() -> None:
    assert ".xls" in refusal(ole_file("Workbook"))
    assert "old Office format" in refusal(ole_file("Workbook"))


def test_an_archive_without_a_workbook_is_no_workbook() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as new:
        new.writestr("word/document.xml", "<document/>")
    assert "not an .xlsx workbook" in refusal(archive.getvalue())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(share: float) -> None:
    content = OFFICE_WORKBOOK.read_bytes()
    assert "damaged" in refusal(content[: int(len(content) * share)])


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(WorkbookRefused, match=re.escape(str(path))):
            read_roster(path, directions=DIRECTIONS)


def test_a_file_of_a_hundred_megabytes_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(100 * 1024 * 1024)
    begun = time.process_time()
    with pytest.raises(WorkbookRefused, match="larger than 30 MB"):
        read_roster(path, directions=DIRECTIONS)
    assert time.process_time() - begun < 0.5


def test_an_upload_of_unknown_size_is_read_no_further_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            self.taken += size
            return b"P" * size

    stream = Endless()
    with pytest.raises(WorkbookRefused, match="larger than 1 MB"):
        read_roster(stream, directions=DIRECTIONS, max_bytes=1024 * 1024)  # type: ignore[arg-type]
    assert stream.taken == 1024 * 1024 + 1


def zip_bomb(mebibytes: int) -> bytes:
    """A workbook whose first sheet unpacks to so many mebibytes of blanks."""
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small_book())) as old,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            with new.open(name, "w") as part:
                part.write(old.read(name))
                for _ in range(mebibytes if name.endswith("sheet1.xml") else 0):
                    part.write(b" " * 1024 * 1024)
    return bomb.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zip_bomb(300)
    assert len(bomb) < 1024 * 1024
    tracemalloc.start()
    try:
        assert "was not opened" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked_either() -> None:
    bomb = bytearray(zip_bomb(200))
    central = bomb.index(b"PK\x01\x02")
    position = bomb.index(b"xl/worksheets/sheet1.xml", central) - 46
    assert struct.unpack_from("<I", bomb, position + 24)[0] > 200 * 1024 * 1024
    struct.pack_into("<I", bomb, position + 24, 900)
    assert "damaged" in refusal(bytes(bomb))


def test_a_sheet_that_reaches_to_the_last_cell_of_excel_is_refused_by_that_cell() -> None:
    book = Book()
    book.trainees(trainee())["XFD1048576"] = "x"
    assert "XFD1048576" in refusal(book.file().getvalue())


def test_styles_far_below_the_table_do_no_harm() -> None:
    book = Book()
    book.trainees(trainee())["XFD1048576"].number_format = "0.00%"
    assert len(book.read().trainees) == 1


def test_long_shared_text_repeated_in_many_cells_is_refused() -> None:
    text = "长" * 30_000
    strings = f"<sst><si><t>{text}</t></si></sst>".encode()
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(9, 2209)
    )
    content = io.BytesIO(
        changed(
            small_book(),
            "xl/worksheets/sheet1.xml",
            lambda data: data.replace(b"</sheetData>", cells.encode() + b"</sheetData>"),
        )
    )
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    assert "Sheet “总医院” holds far more" in refusal(content.getvalue())


def test_a_shared_text_that_does_not_exist_is_damage() -> None:
    def point_nowhere(data: bytes) -> bytes:
        return data.replace(
            b"</sheetData>", b'<row r="9"><c r="A9" t="s"><v>7</v></c></row></sheetData>'
        )

    assert "damaged" in refusal(changed(small_book(), "xl/worksheets/sheet1.xml", point_nowhere))


def test_too_many_sheets_are_refused() -> None:
    book = Book()
    for number in range(301):
        book.sheet(str(number))
    assert "301 sheets" in refusal(book.file().getvalue())


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_broken_xml_and_entities_are_refused(name: str) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "%s:///etc/hostname">]>' % b"file"

    def with_entity(data: bytes) -> bytes:
        declaration, _end, rest = (
            data.partition(b"?>") if data.startswith(b"<?") else (b"", b"", data)
        )
        return (declaration + b"?>" if declaration else b"") + entity + rest

    assert "damaged" in refusal(changed(small_book(), name, lambda data: data[:-20]))
    assert "damaged" in refusal(changed(small_book(), name, with_entity))


def test_a_sheet_whose_part_is_missing_is_damaged() -> None:
    lost = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small_book())) as old, zipfile.ZipFile(lost, "w") as new:
        for name in old.namelist():
            if not name.endswith("sheet1.xml"):
                new.writestr(name, old.read(name))
    assert "damaged" in refusal(lost.getvalue())


@pytest.mark.parametrize("cell", ["B3", "A3", "K3"])
def test_a_formula_in_a_row_of_data_refuses_the_workbook_and_names_the_cell(cell: str) -> None:
    book = Book()
    book.trainees(trainee("2021510001"), trainee("2021510002"))[cell] = "=B2+1"
    message = refusal(book.file().getvalue())
    assert f"总医院!{cell}" in message
    assert "paste" in message


def test_the_first_formulas_are_named_and_all_are_counted() -> None:
    book = Book()
    sheet = book.trainees(*(trainee(f"20215100{row:02}") for row in range(2, 12)))
    for row in range(2, 12):
        sheet[f"F{row}"] = "=2021"
    message = refusal(book.file().getvalue())
    assert "10 in all" in message
    assert "F2, 总医院!F3" in message
    assert "F7" not in message


def test_formulas_in_titles_totals_notes_and_guidance_do_no_harm() -> None:
    book = Book()
    book.sheet("填表说明", ("=1+1", "=2"))
    sheet = book.sheet("甲", ('="名册"', "", "=TODAY()"), *[()] * 2)
    header = ("学号", "姓名", "年级", "专业代码")
    for row in (header, ("2021510001", "王一", 2021, "105101"), ("合计", "=COUNTA(A4:A4)")):
        sheet.append(row)
    sheet["C9"] = "=1"
    sheet["A10"] = "注：共"
    sheet["B10"] = "=1"
    roster = book.read()
    assert len(roster.trainees) == 1
    assert refused(roster) == []


def test_an_error_cell_is_refused_and_never_read_as_blank() -> None:
    book = Book()
    book.trainees(trainee("2021510001"), trainee("2021510002", sex="#N/A"))
    roster = book.read()
    assert refused(roster) == [("总医院", 3, "性别", "error value")]
    assert roster.refusals[0].value == "#N/A"


def test_macros_and_pictures_are_left_behind_unread() -> None:
    content = io.BytesIO(small_book())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
        archive.writestr("xl/media/image1.png", b"\0" * 100)
    assert len(read(content.getvalue()).trainees) == 2


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_the_bytes_ever_ends_in_anything_but_a_roster_or_a_refusal(
    data: st.DataObject,
) -> None:
    content = bytearray(SMALL)
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for place, byte in data.draw(st.lists(places, min_size=1, max_size=8)):
        content[place] = byte
    try:
        assert isinstance(read(bytes(content)), Roster)
    except WorkbookRefused as refused_workbook:
        assert str(refused_workbook)


SMALL = small_book()
