"""`preceptor tasks`: what waits on somebody."""

from __future__ import annotations

from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.cases.tasks import TaskLine, tasks_of
from preceptor.people.models import Account

from .common import lang_option, print_json, print_table, speak


def _account(login: str) -> Account:
    found = Account.objects.filter(login=login).first()
    if found is None:
        raise InputRefused(
            _("No account signs in as “%(login)s”. The office sees all accounts on their page.")
            % {"login": login[:80]}
        )
    return found


def plain(line: TaskLine) -> dict[str, Any]:
    """One task as plain data, in both languages."""
    return {
        "source": line.source,
        "key": line.key,
        "noun": line.noun,
        "noun_key": line.noun_key,
        "number": line.number,
        "title": {"zh": line.title_zh, "en": line.title_en},
        "stage": {"zh": line.stage_zh, "en": line.stage_en},
        "since": timezone.localtime(line.since).isoformat(timespec="seconds"),
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "overdue": line.is_overdue,
        "for": line.for_name or None,
    }


def _row(line: TaskLine, side: str) -> list[str]:
    due = line.due_on.isoformat() if line.due_on else "—"
    return [
        line.number,
        getattr(line, f"title_{side}"),
        getattr(line, f"stage_{side}"),
        timezone.localdate(line.since).isoformat(),
        f"{due} !" if line.is_overdue else due,
        line.for_name,
    ]


@click.command()
@click.argument("user")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in both languages.")
@lang_option
def tasks(user: str, as_json: bool, lang: str | None) -> None:
    """List what waits on the account that signs in as USER, first what is due first."""
    side = speak(lang)
    found = tasks_of(_account(user), most=None)
    if as_json:
        print_json({"user": user, "count": len(found), "tasks": [plain(line) for line in found]})
        return
    if not found:
        click.echo(_("Nothing waits on %(user)s.") % {"user": user})
        return
    head = [_("Number"), _("Request"), _("Stage"), _("Since"), _("Until"), _("On behalf of")]
    print_table(head, [_row(line, side) for line in found])
