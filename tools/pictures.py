"""Pictures of every page, for each role, in both languages and themes, on phone and desk.

    .venv/bin/python tools/pictures.py http://localhost:8000 FOLDER [--role office] [--only trainee]

Needs Chromium (package chromium) and a running demo institution. The README's picture is
`office-trainee-en-light-desk.png`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
PASSWORD = "preceptor-demo"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
ROLES = ("trainee", "supervisor", "secretary", "office", "leader")
PAGES = {
    "home": "/",
    "trainees": "/trainees/",
    "panels": "/panels/",
    "rules": "/rules/",
    "rule": "/rules/training.clinical/",
    "units": "/units/",
    "directions": "/directions/",
    "direction": "/directions/105101/",
    "regulations": "/regulations/",
    "roster": "/roster/",
    "censuses": "/censuses/",
    "account": "/account/",
    "search": "/search/?q=张",
}
#: Pages reached by the first link of its kind on another page.
FOLLOWED = {
    "trainee": ("/trainees/", "a[href^='/trainees/']:not([href*='?']):not([href$='.xlsx'])"),
    "panel": ("/panels/", "a[href^='/panels/']:not([href*='?'])"),
    "unit": ("/units/", "a[href^='/units/']:not([href*='?'])"),
    "regulation": ("/regulations/", "a[href^='/regulations/']:not([href*='?'])"),
    "census": ("/censuses/", "a[href^='/censuses/']:not([href*='?'])"),
    "report": ("/censuses/", "a[href^='/reports/']"),
}


def _sign_in(page: Page, base: str, role: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=username]", role)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.button-main")
    page.wait_for_url(f"{base}/")


def _address(page: Page, base: str, name: str) -> str | None:
    if name in PAGES:
        return base + PAGES[name]
    start, link = FOLLOWED[name]
    page.goto(base + start)
    links = page.locator(link)
    for place in range(links.count()):
        address = links.nth(place).get_attribute("href")
        if address and address.rstrip("/") != start.rstrip("/"):
            return base + address
    return None


def _states(browser: Browser, base: str) -> Iterator[tuple[str, Page]]:
    for size, (width, height) in SIZES.items():
        for language in ("zh-hans", "en"):
            for theme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height})
                context.add_cookies([
                    {"name": "language", "value": language, "url": base},
                    {"name": "theme", "value": theme, "url": base},
                ])  # fmt: skip
                yield f"{language[:2]}-{theme}-{size}", context.new_page()
                context.close()


def take(base: str, folder: Path, roles: list[str], names: list[str], only: str) -> int:
    """Take the pictures; gives how many pages did not answer with 200 or 404."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        for state, page in _states(browser, base):
            if only not in state:
                continue
            for role in roles:
                page.context.clear_cookies(name="sessionid")
                _sign_in(page, base, role)
                for name in names:
                    address = _address(page, base, name)
                    if address is None:
                        continue
                    answer = page.goto(address)
                    if answer is None or answer.status not in (200, 404):
                        faults += 1
                        sys.stderr.write(f"{role} {address}: {answer and answer.status}\n")
                    if answer and answer.status == 200:
                        page.screenshot(path=folder / f"{role}-{name}-{state}.png", full_page=True)
        browser.close()
    return faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--role", action="append")
    parser.add_argument("--only", action="append")
    parser.add_argument("--state", default="", help="part of a state's name, for example zh-light")
    words = parser.parse_args()
    every = [*PAGES, *FOLLOWED]
    wanted = (words.role or list(ROLES), words.only or every, words.state)
    sys.exit(bool(take(words.base, words.folder, *wanted)))
