"""The `preceptor` command."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import datetime
from types import TracebackType

import click


def _keep_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A fault of ours: one line for the person, the rest into PRECEPTOR_HOME/errors.log."""
    from .home import home

    where = home() / "errors.log"
    try:
        with where.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().astimezone().isoformat()}\n")
            traceback.print_exception(kind, error, trace, file=log)
    except OSError:
        where = home()
    sys.stderr.write(
        f"preceptor: an unexpected fault ({kind.__name__}); nothing half done was kept. "
        f"Details: {where}. Please report it.\n"
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="preceptor")
def preceptor() -> None:
    """Preceptor runs medical training under regulations that are data."""


def _wire() -> None:
    from preceptor.config.migration import migrate
    from preceptor.config.serving import serve
    from preceptor.demo.command import demo
    from preceptor.jobs.commands.account import account
    from preceptor.jobs.commands.charter import charter
    from preceptor.jobs.commands.check import check
    from preceptor.jobs.commands.coverage import coverage
    from preceptor.jobs.commands.evaluate import evaluate
    from preceptor.jobs.commands.explain import explain
    from preceptor.jobs.commands.flow import flow
    from preceptor.jobs.commands.freeze import figures, freeze
    from preceptor.jobs.commands.kinds import kinds
    from preceptor.jobs.commands.packs import packs
    from preceptor.jobs.commands.panel import panel
    from preceptor.jobs.commands.preview import preview
    from preceptor.jobs.commands.report import report
    from preceptor.jobs.commands.roster import imports
    from preceptor.jobs.commands.tasks import tasks
    from preceptor.jobs.commands.verify import verify
    from preceptor.jobs.commands.worker import worker

    commands = (
        account, charter, check, coverage, demo, evaluate, explain, figures, flow, freeze, imports,
        kinds, migrate, packs, panel, preview, report, serve, tasks, verify, worker,
    )  # fmt: skip
    for command in commands:
        preceptor.add_command(command)


def main() -> None:
    """The way in from the shell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preceptor.config.settings")
    sys.excepthook = _keep_traceback
    import django

    django.setup()
    from preceptor.jobs.commands.common import clear_refusals

    _wire()
    with clear_refusals():
        preceptor()
