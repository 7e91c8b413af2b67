"""`preceptor worker`: does the work that waits."""

from __future__ import annotations

import click


@click.command()
def worker() -> None:
    """Do background work and send mail until stopped."""
    from preceptor.base.queue.worker import run

    run()
