"""What a written document says, read back by programs that did not write it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from defusedxml.ElementTree import fromstring
from pypdf import PdfReader

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
VOID = {"meta", "link", "br", "img", "hr", "wbr"}


class Page(HTMLParser):
    """Elements with their attributes, the visible words, and the words of each link."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.links: list[tuple[str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words += data
        if "a" in self.open:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data)

    def names(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def pdf_of(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def pdf_words(content: bytes) -> str:
    """All text of a PDF without spaces and line breaks."""
    return "".join("".join(page.extract_text() for page in pdf_of(content).pages).split())


def pdf_links(content: bytes) -> Iterator[dict[str, Any]]:
    """Every link of a PDF: its target, a page of the file or an address."""
    for page in pdf_of(content).pages:
        for annotation in page.get("/Annots") or []:
            found = annotation.get_object()
            if found["/Subtype"] == "/Link":
                yield found


def part_of(content: bytes, name: str) -> Any:
    """A part of a Word file as a tree."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return fromstring(package.read(name))


def body_of(content: bytes) -> Any:
    return part_of(content, "word/document.xml").find(f"{WORD}body")


def words_of(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{WORD}t"))


def word_links(content: bytes) -> Iterator[tuple[str, str]]:
    """Every link of a Word file: what it leads to, and its words."""
    relations = part_of(content, "word/_rels/document.xml.rels")
    addresses = {relation.get("Id"): relation.get("Target") for relation in relations}
    for link in body_of(content).iter(f"{WORD}hyperlink"):
        anchor = link.get(f"{WORD}anchor")
        target = f"#{anchor}" if anchor else str(addresses[link.get(RELATION)])
        yield target, words_of(link)
