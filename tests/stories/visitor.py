"""Somebody at a browser. What a person would not see is watched: faults, policy, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parents[1] / "vendor/axe-core/axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  for (let left = 200; left && document.getAnimations().length; left -= 1) await frame();
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  return found.violations.map((one) => one.id + ': ' + one.help + ' at ' +
    one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' (' +
      node.any.concat(node.all, node.none).map((check) => check.message).join('; ') + ')'
    ).join(' | '));
}"""


class Visitor:
    """A person with a browser of their own, on a desk or a phone.

    `faults` holds what went wrong unseen: script errors, lines of the console, refusals of the
    security policy, requests that failed, and answers of 400 and above that were not expected.
    """

    def __init__(
        self, browser: Any, address: str, folder: Path, *, language: str, phone: bool
    ) -> None:
        self.address, self.folder = address, folder
        self.faults: list[str] = []
        self._refusals: tuple[int, ...] = ()
        self.context = browser.new_context(
            locale=language,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            reduced_motion="reduce",
            color_scheme="light",
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self._watch()

    def _watch(self) -> None:
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._hear)
        self.page.on("requestfailed", self._miss)
        self.page.on("response", self._answer)

    def _hear(self, line: Any) -> None:
        if line.type in ("error", "warning") and not (
            self._refusals and "Failed to load resource" in line.text
        ):
            self.faults.append(f"console: {line.text} ({self.page.url})")

    def _miss(self, request: Any) -> None:
        # A download, and a page that is left while it asks again, break off their request.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _answer(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self._refusals:
            self.faults.append(f"{response.status}: {response.url}")

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """While open, answers of these statuses are what the story is about."""
        self._refusals = statuses
        yield
        self._refusals = ()

    def sign_in(self, login: str, password: str) -> None:
        """From the page of sign-in to the first page."""
        self.page.goto(f"{self.address}/sign-in/")
        self.page.fill("[name=username]", login)
        self.page.fill("[name=password]", password)
        self.page.click("form .button-main")
        self.page.wait_for_url(f"{self.address}/")

    def open(self, path: str) -> None:
        """An address typed by hand, which must be answered."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer.status == 200, f"{path}: {answer.status}"

    def finds_nothing_at(self, path: str, *hidden: str) -> None:
        """The address answers as one that does not exist, and says none of the hidden words."""
        with self.refused(404):
            answer = self.page.goto(f"{self.address}{path}")
            assert answer.status == 404, f"{path}: {answer.status}"
        for word in hidden:
            assert word not in self.page.content()

    def reads(self, *texts: str) -> None:
        """Each text stands on the page where it can be seen; waits for pieces under way."""
        for text in texts:
            self.page.get_by_text(text, exact=False).locator("visible=true").first.wait_for()

    def does_not_read(self, *texts: str) -> None:
        """None of the texts stands anywhere in the page."""
        content = self.page.content()
        assert [text for text in texts if text in content] == []

    def words(self, selector: str = "main") -> str:
        """What is written in a part of the page."""
        return str(self.page.locator(selector).first.inner_text())

    def follow(self, selector: str) -> None:
        """Click what leads to another page, and wait for it."""
        with self.turns_the_page():
            self.page.locator(selector).locator("visible=true").first.click()

    @contextmanager
    def turns_the_page(self) -> Iterator[None]:
        """What is done inside leads to another page, which is waited for."""
        # What htmx writes into the history is a navigation too, and the first of two clicks is broken
        # off by the second: only another document counts.
        self.page.evaluate("() => { document.documentElement.dataset.read = 'yes'; }")
        yield
        self.page.wait_for_function(
            "() => document.readyState === 'complete' && !document.documentElement.dataset.read"
        )

    def downloads(self, selector: str) -> Path:
        """Click what hands out a file; gives the file."""
        with self.page.expect_download() as begun:
            self.page.locator(selector).locator("visible=true").first.click()
        path = self.folder / begun.value.suggested_filename
        begun.value.save_as(path)
        return path

    def finds_it_accessible(self) -> None:
        """Axe finds no fault in the page, light and dark; on a phone nothing is wider than it."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate(_RUN, RULES)
            assert not found, f"{self.page.url}, {scheme}: {found}"
        self.page.emulate_media(color_scheme="light")
        self.fits_its_window()

    def fits_its_window(self) -> None:
        """The page scrolls down only."""
        wide = self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"

    def brightness_of_the_paper(self) -> int:
        """The brightest of red, green and blue behind the text, from 0 to 255."""
        return int(
            self.page.evaluate(
                """() => {
                  const paper = [document.body, document.documentElement]
                    .map((one) => getComputedStyle(one).backgroundColor)
                    .find((colour) => colour !== 'rgba(0, 0, 0, 0)');
                  return Math.max(...paper.match(/[0-9.]+/g).slice(0, 3).map(Number));
                }"""
            )
        )

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()
