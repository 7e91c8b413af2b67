"""What several stories of postdocs do in the same way: forms, letters, boards and their votes."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date

from stories.conftest import Years, _environment
from stories.days import morning
from stories.visitor import Visitor

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_BETWEEN = "\n" + "-" * 79 + "\n"


_NIGHT = (
    "import django; django.setup(); from preceptor.jobs.tasks import fellows_nightly as n; n.call()"
)


def night(years: Years, day: date) -> None:
    """What the worker does with postdocs in the night to the day. The queue goes by the clock of the
    database, which a story does not move."""
    environment = _environment(years.home, morning(day))
    environment["DJANGO_SETTINGS_MODULE"] = "preceptor.config.settings"
    ran = subprocess.run(
        [sys.executable, "-c", _NIGHT], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def path_of(visitor: Visitor) -> str:
    """Where the visitor is, as a path."""
    return str(visitor.page.url).removeprefix(visitor.address).partition("#")[0]


def fills(visitor: Visitor, form: str, fields: Mapping[str, str]) -> None:
    """Fill the form of this selector and send it with its main or only button."""
    for name, value in fields.items():
        box = visitor.page.locator(f"{form} [name={name}]")
        if box.evaluate("(one) => one.tagName") == "SELECT":
            box.evaluate(
                """(one, wanted) => {
                  const found = [...one.options].find((each) =>
                    each.value === wanted || each.text.includes(wanted));
                  one.value = found.value;
                  one.dispatchEvent(new Event('change', {bubbles: true}));
                }""",
                value,
            )
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)
    visitor.follow(f"{form} button")


def records(visitor: Visitor, path: str, **fields: str) -> str:
    """The form at this address, filled in and sent; gives the address to which it leads."""
    visitor.open(path)
    fills(visitor, "main form", fields)
    errors = visitor.page.locator(".field-error, .notice.tone-fail").all_inner_texts()
    assert not errors, f"{path}: {errors}"
    return path_of(visitor)


def attaches(visitor: Visitor, name: str, content: bytes, file: str = "材料.pdf") -> None:
    """Hand over a file for the document of this name."""
    form = f"form:has([name=name][value={name}])"
    sent = {"name": file, "mimeType": "application/octet-stream", "buffer": content}
    visitor.page.set_input_files(f"{form} [name=file]", sent)
    visitor.follow(f"{form} button")


def submits(visitor: Visitor) -> None:
    """Hand the request in that is open on the page."""
    visitor.follow("form[action$='/submit/'] .button-main")


def agrees(visitor: Visitor, case: str, reason: str = "") -> None:
    """Agree to the request at its stage."""
    visitor.open(case)
    if reason:
        visitor.page.fill("#act [name=reason]", reason)
    visitor.follow("button[name=outcome][value=agreed]")


class Post:
    """The letters that the institution has sent, as they lie in its home."""

    def __init__(self, years: Years) -> None:
        self.folder = years.home / "mail"
        self._known = set(self._links("", ""))

    def link(self, address: str, purpose: str) -> str:
        """The path of the newest link of this purpose in a letter to the address that came since and
        was not asked for before; waits for the letter."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for path in self._links(address, purpose):
                if path not in self._known:
                    self._known.add(path)
                    return path
            time.sleep(0.1)
        raise AssertionError(f"No letter with a link /{purpose}/ came to {address}.")

    def _links(self, address: str, purpose: str) -> list[str]:
        found = [
            link
            for text in self.letters(address)
            for link in re.findall(r"https?://[^/\s]+(/[^\s]+)", text)
        ]
        return [link for link in found[::-1] if link.startswith(f"/{purpose}")]

    def letters(self, address: str) -> list[str]:
        """The letters to the address (all without one) with their subjects, the oldest first."""
        files = sorted(self.folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        found = []
        for file in files:
            for text in file.read_text(encoding="utf-8").split(_BETWEEN):
                letter = email.message_from_string(text.lstrip(), policy=email.policy.default)
                if address in ("", letter["To"]) and isinstance(letter, email.message.EmailMessage):
                    found.append(f"{letter['Subject']}\n{letter.get_content()}")
        return found


def chooses_board(secretary: Visitor, case: str, members: Sequence[str], day: date) -> None:
    """The members one after the other, the day and the place; nothing is sent yet."""
    secretary.open(f"{case}board/")
    for name in members:
        adds(secretary, name)
    sitting = {"day": day.isoformat(), "start": "09:30", "end": "11:00", "place": "行政楼 201"}
    for field, value in sitting.items():
        secretary.page.fill(f"[name={field}]", value)


def searches(secretary: Visitor, name: str) -> None:
    """Who of this name could be a member."""
    secretary.page.fill("#id_q", name)
    with secretary.turns_the_page():
        secretary.page.press("#id_q", "Enter")


def adds(secretary: Visitor, name: str) -> None:
    """One more member."""
    searches(secretary, name)
    secretary.follow(f"li:has(strong:text-is('{name}')) button[name=add]")


def calls_board(secretary: Visitor) -> str:
    """The board that was chosen is called; gives the sitting's address."""
    secretary.follow("button[name=do][value=call]")
    secretary.follow("#act a[href^='/sittings/']")
    return path_of(secretary)


def opens_vote(secretary: Visitor, sitting: str, count: int) -> None:
    """The sitting is opened, all are there, the vote is open."""
    secretary.open(sitting)
    secretary.follow("button[name=do][value=open]")
    for _one in range(count):
        secretary.follow(".seat-deeds button[value=present]")
    secretary.follow("form[action*='/items/'] button[value=open]")


def votes(post: Post, phone: Visitor, addresses: Sequence[str], vote: str) -> None:
    """Each votes by the link in the own letter."""
    for address in addresses:
        phone.open(post.link(address, "answer"))
        phone.follow(f"button[name=choice][value={vote}]")
        phone.does_not_read(f'value="{vote}"')


def closes_vote(secretary: Visitor, sitting: str) -> None:
    """The votes are counted and the sitting ends."""
    secretary.open(sitting)
    secretary.follow("form[action*='/items/'] button[value=close]")
    secretary.open(f"{sitting}plan/")
    secretary.page.fill("[name=record]", "会议按议程进行。")
    secretary.follow("button[name=do][value=close]")


#: The columns of the flow between the group and the end.
START, ENTRIES, EXITS, WITHDRAWALS = 0, 1, 4, 6


def flow_of(visitor: Visitor, first: date, last: date, by: str) -> dict[str, list[int]]:
    """The numbers of each group on the page of the flow; in every row they add up."""
    visitor.open(f"/postdocs/flow/?first={first}&last={last}&by={by}")
    found = {}
    for row in visitor.page.locator("table.table-cards tbody tr").all():
        name, *cells = row.locator("th, td").all_inner_texts()
        start, *moved, end = numbers = [int(cell) for cell in cells]
        assert start + sum(moved[:3]) - sum(moved[3:]) == end, (name, numbers)
        found[name.strip()] = numbers
    return found
