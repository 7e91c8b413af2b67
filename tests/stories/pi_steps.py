"""Steps that the stories of principal investigators share: mail, forms, sittings, letters."""

from __future__ import annotations

import email
import email.policy
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from stories.conftest import _environment
from stories.days import morning
from stories.visitor import Visitor

PDF = b"%PDF-1.7\n%%EOF\n"


def workday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def path_of(visitor: Visitor) -> str:
    """Where the visitor is."""
    return str(visitor.page.url).removeprefix(visitor.address).split("#")[0]


def fills(visitor: Visitor, path: str, /, **fields: str) -> str:
    """Open a form, fill it in and send it; gives the address to which it leads."""
    visitor.open(path)
    puts(visitor, "main", **fields)
    visitor.follow("main form:has([name]) .button-main")
    return path_of(visitor)


def puts(visitor: Visitor, part: str, /, **fields: str) -> None:
    """Write into the fields of a part of the page, and choose where there is a choice."""
    for name, value in fields.items():
        box = visitor.page.locator(f"{part} [name='{name}']").first
        if box.evaluate("(one) => one.tagName") == "SELECT":
            box.select_option(value)
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)


def links_to(home: Path, address: str, kind: str) -> set[str]:
    """The links of the kind (`enter`, `letter`) that went to the address by mail, as paths."""
    found = set()
    for file in (home / "mail").glob("*.log"):
        # The file keeps a line of dashes between one mail and the next.
        for raw in file.read_bytes().split(b"-" * 79 + b"\n"):
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            body = mail.get_body(("plain",))
            if address in str(mail["To"] or "").lower() and body is not None:
                found |= set(re.findall(rf"/{kind}/[\w-]+/", body.get_content()))
    return found


def new_link(home: Path, address: str, kind: str, before: set[str]) -> str:
    """The link that came to the address after these; waits for the mail."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        came = links_to(home, address, kind) - before
        if came:
            return came.pop()
        time.sleep(0.1)
    raise AssertionError(f"No new link came to {address}.")


NIGHT = """
from preceptor.base.today import today
from preceptor.cases.actions import end_notices
end_notices(on=today(), by=OPERATOR)
"""
LETTERS = """
from datetime import timedelta
from preceptor.base.today import today
from preceptor.cases.actions import answer_letter, ask_letter
from preceptor.cases.models import Case
from preceptor.people.models import Account
case = Case.objects.get(pk=int(argument))
keeper = Account.objects.get(login="personnel")
for place in range(5):
    given = dict(name=f"Prof. {place}", email=f"prof-{place}@example.org", by=keeper)
    letter, token = ask_letter(case=case, due_on=today() + timedelta(days=9), **given)
    answer_letter(token=token, grade=5, text="Outstanding.")
"""


def night(home: Path, day: date) -> None:
    """The public notices end whose time is over on the day. The worker does so in its nights, which
    are those of the database's clock: no story moves it."""
    _runs(home, day, NIGHT)


def letters_come(home: Path, day: date, case: str) -> None:
    """Five letters from outside about the request, asked for and given as `gets_a_letter` does it."""
    _runs(home, day, LETTERS, case.strip("/").split("/")[1])


def _runs(home: Path, day: date, script: str, argument: str = "") -> None:
    """A script in a process of the product on the morning of the day; the reason when it refuses."""
    moved = {
        "DJANGO_SETTINGS_MODULE": "preceptor.config.settings",
    }
    environment = _environment(home, morning(day) - timedelta(minutes=30)) | moved
    begins = "import django, sys; django.setup(); argument = sys.argv[1]\n"
    begins += "from preceptor.base.actors import OPERATOR\n"
    done = subprocess.run(
        [sys.executable, "-c", begins + script, argument], env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def agrees(visitor: Visitor, case: str, **fields: str) -> None:
    """Agree to what waits, with what is said of it."""
    visitor.open(case)
    if "passing_over" in fields:
        visitor.page.locator("#act form > details > summary").first.click()
    puts(visitor, "#act form", **fields)
    visitor.follow("#act button[name=outcome][value=agreed]")


def gets_a_letter(
    keeper: Visitor, expert: Visitor, home: Path, case: str, name: str, due: date
) -> None:
    """Ask somebody outside for a letter; the link comes by mail and takes one answer, without an
    account."""
    address = f"{name.split()[-1].lower()}@example.org"
    before = links_to(home, address, "letter")
    if path_of(keeper) != case:
        keeper.open(case)
    keeper.page.locator("#letters details.disclosure > summary").click()
    puts(keeper, "#letters", name=name, email=address, affiliation="Example University")
    puts(keeper, "#letters", due_on=str(due))
    keeper.follow("#letters .button-main")
    expert.open(new_link(home, address, "letter", before))
    puts(expert, "main", grade="4", text="The work is original and careful.")
    expert.follow("main form .button-main")


def holds(
    runner: Visitor, phone: Visitor, sitting: str, votes: list[str], signed_in: dict[str, Visitor]
) -> None:
    """As many members as there are votes come and vote in secret: by the account or by a link, on the
    phone that is handed round; then the votes are counted."""
    runner.open(sitting)
    runner.follow("button[name=do][value=open]")
    lines = runner.page.locator(".seat-line:not(.seat-gone) .seat-who a").all()[: len(votes)]
    seats = {one.inner_text().strip(): str(one.get_attribute("href")) for one in lines}
    for seat in seats.values():
        runner.follow(f"form[action='{seat}'] button[value=present]")
    runner.follow("form[action*='/items/'] button[value=open]")
    for (name, seat), vote in zip(seats.items(), votes, strict=True):
        voter = signed_in.get(name)
        if voter is not None:
            voter.open(sitting)
        else:
            voter = phone
            runner.open(seat)
            runner.follow("button[value=link_ballot]")
            link = runner.page.locator(".code-sheet code").inner_text()
            voter.open("/answer/" + link.split("/answer/")[1])
        voter.follow(f"button[name=choice][value={vote}]")
    runner.open(sitting)
    runner.follow("form[action*='/items/'] button[value=close]")


def meets(office: Visitor, body: str, day: date) -> str:
    """A meeting of the body on the day, with what waits on its agenda; gives its address."""
    fills(office, f"{body}meetings/new/", starts_at=f"{day}T14:00", place="行政楼二楼会议室")
    # Earlier meetings that nobody closed are offered too: the new one is the last.
    links = office.page.locator("#meetings a[href^='/sittings/']")
    sitting = str(links.last.get_attribute("href"))
    puts(office, "form[action$='/agenda/']", sitting=sitting.split("/")[2])
    office.follow("form[action$='/agenda/'] .button-main")
    return sitting


def proposes(personnel: Visitor, case: str, verdict: str) -> None:
    """Propose the verdict and send it to the committee."""
    personnel.open(case)
    puts(personnel, "#assessment", verdict=verdict)
    personnel.follow("#assessment .button-main")
    personnel.finds_it_accessible()
    personnel.page.screenshot(path=str(personnel.folder / "verdict.png"), full_page=True)
    personnel.follow("form[action$='/steps/composed/'] button")


def journal_of(home: Path, page: str) -> list[str]:
    """What the journal says was done to the appointment of a page, verb by verb."""
    with closing(sqlite3.connect(home / "preceptor.sqlite3")) as store:
        rows = store.execute(
            "SELECT verb FROM base_journalentry WHERE subject_kind = 'appointment'"
            " AND subject_key = ? ORDER BY number",
            [page.strip("/").split("/")[1]],
        )
        return [str(verb) for (verb,) in rows]
