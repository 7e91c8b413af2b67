"""`preceptor demo`: a running medical university on one command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from django.conf import settings

from preceptor.base.preparing import prepare

T = TypeVar("T")
SEED = 20231231


class Scale(click.ParamType[Decimal]):
    """A positive decimal that multiplies the persons of the demo institution."""

    name = "SCALE"

    def convert(self, value: Any, param: Any, context: Any) -> Decimal:
        try:
            scale = Decimal(str(value))
        except InvalidOperation:
            scale = Decimal(0)
        if not (scale.is_finite() and Decimal("0.01") <= scale <= Decimal(10_000)):
            self.fail(f"{value} is no scale. Give a decimal from 0.01 to 10000, for example 0.1.")
        return scale


def _step(title: str, work: Callable[[], T]) -> T:
    click.echo(f"  {title} ...", nl=False, err=True)
    result = work()
    click.echo(" done", err=True)
    return result


def _prepare(*, empty: bool, scale: Decimal, seed: int) -> None:
    """Do what is not done yet, so that a run that was broken off is finished by the next one."""
    from preceptor.base.actors import OPERATOR

    from .actions import build
    from .extension import extend
    from .neighbours import is_planted, plant_neighbours
    from .preparation import census_and_report, days_to_freeze, has_rules, rules_in_force
    from .queries import extended, finish

    _step("tables", prepare)
    if finish() is None:
        _step("institution", lambda: build(scale=scale, seed=seed, empty=empty, by=OPERATOR))
    else:
        click.echo("  the demo institution is here already; it is not built again", err=True)
    if extended() is None:
        _step("fellows, partners and neighbours", lambda: extend(by=OPERATOR))
    _invite()
    if not has_rules():
        _step("rules and standing", rules_in_force)
    if not is_planted():
        _step("calls and procedures of fellows", plant_neighbours)
    for day in days_to_freeze():
        _step(f"census and report of {day.year}", partial(census_and_report, day))


#: Accounts that stand for a part which no role names.
PARTS = frozenset({"postdoc", "pi", "director"})


def _invite() -> None:
    """Leave the demo accounts where the sign-in page finds them."""
    from .accounts import PASSWORD
    from .extension import accounts as all_accounts

    accounts = [
        {"role": str(role), "username": login, "part": login if login in PARTS else ""}
        for login, role, _name in all_accounts()
    ]
    path = Path(settings.PRECEPTOR_HOME) / "demonstration.json"
    path.write_text(json.dumps({"password": PASSWORD, "accounts": accounts}), encoding="utf-8")


def _answer(address: str | None, output: str) -> None:
    """Say where the institution is served, and with which accounts."""
    from .accounts import PASSWORD
    from .actions import INSTITUTION
    from .extension import accounts as all_accounts

    if output == "json":
        accounts = [
            {"role": str(role), "login": login, "password": PASSWORD}
            for login, role, _name in all_accounts()
        ]
        answer = {"institution": INSTITUTION, "address": address, "accounts": accounts}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    if address:
        click.echo(f"\n  {address}\n")
    for login, role, _name in all_accounts():
        click.echo(f"  {role:<12} {login:<12} {PASSWORD}")
    if address:
        click.echo("\n  Stop with Ctrl+C.")


@click.command()
@click.option("--once", is_flag=True, help="Prepare, evaluate, freeze and report, then end.")
@click.option(
    "--empty", is_flag=True, help="Units, directions, rules and accounts; nobody in training."
)
@click.option("--scale", type=Scale(), default="1", show_default=True, help="Multiply the persons.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=SEED, show_default=True,
              help="The same seed makes the same institution.")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
              help="Port of the web server.")  # fmt: skip
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="How to print the address and the accounts.")  # fmt: skip
def demo(once: bool, empty: bool, scale: Decimal, seed: int, port: int, output: str) -> None:
    """Make the demo institution and open it in the browser, with one account for each role."""
    click.echo("Yunting Medical University, an invented institution", err=True)
    _prepare(empty=empty, scale=scale, seed=seed)
    _answer(None if once else f"http://localhost:{port}/", output)
    if once:
        return
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "preceptor", "serve", "--port", str(port)])
