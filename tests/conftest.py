"""What all tests share: a home of their own, a database to choose, a browser, only loopback."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

import postgres
import schema
from loopback import only_loopback

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_home = pytest.StashKey[Path]()
_cluster = pytest.StashKey[postgres.Cluster]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption(
        "--require-all", action="store_true", help="fail where a missing program would be skipped"
    )
    parser.addoption("--release", action="store_true", help="also what is marked `release`")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name the home and the database before anything reads the settings."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: tests bring their own settings.")
    config.stash[_home] = Path(tempfile.mkdtemp(prefix="preceptor-tests-"))
    (config.stash[_home] / "static").mkdir()
    os.environ["PRECEPTOR_HOME"] = str(config.stash[_home])
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    os.environ.pop("DATABASE_URL", None)
    if config.getoption("--database") == "postgresql":
        config.stash[_cluster] = _start_postgresql()
        os.environ["DATABASE_URL"] = config.stash[_cluster].url
    django.setup()
    import kept_statements

    kept_statements.begin()


def _start_postgresql() -> postgres.Cluster:
    programs = postgres.programs()
    if programs is None:
        raise pytest.UsageError("PostgreSQL 15 or later is not installed (package postgresql).")
    return postgres.start(programs)


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(_cluster, None):
        cluster.stop()
    if home := config.stash.get(_home, None):
        shutil.rmtree(home, ignore_errors=True)


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: the collector need not look at it again and again, which took a
    tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


#: Folders whose tests read a database that a fixture of their module filled.
FILLED_ONCE = ("tests/demo/", "tests/reports/test_")
#: Walks over pages, addresses and the demo institution: what they show comes of actions and queries
#: that the tests of the rooms hold on both databases.
WALKS = ("tests/api/", "tests/demo/", "tests/test_doors.py", "tests/web/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL beside SQLite is marked `both`.

    The tests of a room that ask a database do: its records, actions, queries, locks, races,
    constraints, imports and runs. A walk does only where it says `both` itself: keys and questions
    that a database may refuse, an address opened once by one who may, lists and searches, what a
    form or the interface writes, a demo institution being built.
    """
    if not config.getoption("--release"):
        long = [item for item in items if item.get_closest_marker("release")]
        items[:] = [item for item in items if not item.get_closest_marker("release")]
        config.hook.pytest_deselected(items=long)
    for item in items:
        where = item.path.as_posix()
        if any(folder in where for folder in FILLED_ONCE):
            item.add_marker(pytest.mark.django_db)
        if item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("database") and not any(walk in where for walk in WALKS):
            item.add_marker(pytest.mark.both)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With --require-all a skipped test is a failed one: what it needs was to be there."""
    report: Any = yield
    if (
        report.skipped
        and item.config.getoption("--require-all")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"--require-all: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> None:
    only_loopback()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Called before the test database is made."""
    from journal import let_tests_empty_the_journal

    let_tests_empty_the_journal()


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The tables are copied from an earlier run with the same migrations."""
    return schema.copied(schema.kept_in(request.config))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    """The test database; kept for later runs while it is empty. What Django asks SQLite once a process,
    whether it knows JSON, is asked here, so that no test counts it."""
    from django.db import connection

    schema.keep(schema.kept_in(request.config))
    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A PRECEPTOR_HOME for one test that looks into its files."""
    settings.PRECEPTOR_HOME = tmp_path
    return tmp_path


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment for a real process of the product on the database of this test."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = f"postgres:///{connection.settings_dict['HOST']}/{name}"
    root = Path(__file__).resolve().parent
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "preceptor.config.settings",
        "PYTHONPATH": os.pathsep.join([str(root.parent / "src"), str(root)]),
    }


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, one for the whole run."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (package chromium).")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; the tests' queries beside it are synchronous all the
    # same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page, in Chinese; a script error or a broken security policy fails the test."""
    context = browser.new_context(locale="zh-CN")
    fresh, faults = context.new_page(), []
    fresh.on("pageerror", lambda error: faults.append(str(error)))
    fresh.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield fresh
    context.close()
    assert not faults


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice's program, for tests that open what the product wrote."""
    return _program("soffice", "libreoffice-writer-nogui")


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """Poppler's program that reads the text of a PDF."""
    return _program("pdftotext", "poppler-utils")


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (package {package}).")
    return found
