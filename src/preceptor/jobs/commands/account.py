"""`preceptor account`: who may sign in, and in what role."""

from __future__ import annotations

from datetime import date

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.actions import MOST_DAYS, grant_role, make_key, open_account, revoke_key
from preceptor.people.choices import RoleKind
from preceptor.people.models import AccessKey, Account, Person
from preceptor.people.queries import numbered

from .common import DAY, format_option, print_json


@click.group()
def account() -> None:
    """Open accounts and grant roles; trainees and supervisors see by the person they belong to."""


def _unit(code: str) -> Unit:
    found = Unit.objects.select_related("institution").filter(code=code).first()
    if found is None:
        raise InputRefused(_("There is no unit with the code %(code)s.") % {"code": code})
    return found


def _person(unit: Unit, number: str | None) -> Person | None:
    if number is None:
        return None
    found = numbered((unit.institution or unit).pk, number)
    if found is not None:
        return found
    raise InputRefused(_("No person has the number %(number)s.") % {"number": number})


def _checked(password: str, login: str, name: str) -> str:
    try:
        validate_password(password, Account(login=login, name=name))
    except ValidationError as refused:
        raise InputRefused(" ".join(refused.messages)) from None
    return password


@account.command(name="open")
@click.argument("login")
@click.option("--name", required=True, help="Name shown on pages and in the journal.")
@click.option("--role", type=click.Choice(RoleKind.values), required=True, help="What it may do.")
@click.option("--unit", required=True, help="Code of the unit in which, and below which, it acts.")
@click.option("--person", default=None, help="Staff or student number of the person it belongs to.")
@click.option("--email", default="", help="Address for letters.")
@click.option("--from", "since", type=DAY, default=None, help="First day; today when not given.")
@click.password_option(help="Asked for when not given.")
@format_option
def open_command(
    login: str, name: str, role: str, unit: str, person: str | None, email: str,
    since: date | None, password: str, output: str,
) -> None:  # fmt: skip
    """Open the account LOGIN and let it act in a role."""
    place = _unit(unit)
    owner = _person(place, person)
    with transaction.atomic():
        opened = open_account(
            login=login, name=name, email=email, person=owner, by=OPERATOR,
            password=_checked(password, login, name),
        )  # fmt: skip
        grant_role(
            account=opened, kind=RoleKind(role), unit=place, valid_from=since or today(),
            by=OPERATOR,
        )  # fmt: skip
    if output == "json":
        print_json({"login": login, "role": role, "unit": unit})
    else:
        click.echo(_("Account %(login)s may now sign in.") % {"login": login})


def _account(login: str) -> Account:
    found = Account.objects.filter(login=login).first()
    if found is None:
        raise InputRefused(_("There is no account %(login)s.") % {"login": login})
    return found


@account.command(name="key")
@click.argument("login")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--write", "may_write", is_flag=True, help="Let it change records as well.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=90, show_default=True,
    help="For how many days it holds.",
)  # fmt: skip
@format_option
def key_command(login: str, name: str, may_write: bool, days: int, output: str) -> None:
    """Make an access key with which a program acts for the account LOGIN; it is printed once."""
    made, secret = make_key(
        account=_account(login), name=name, may_write=may_write, days=days, by=OPERATOR
    )
    if output == "json":
        told = {"login": login, "number": made.pk, "name": name, "writes": may_write}
        print_json({**told, "until": made.expires_on.isoformat(), "key": secret})
    else:
        click.echo(secret)


@account.command(name="revoke-key")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@format_option
def revoke_key_command(number: int, output: str) -> None:
    """Let the access key NUMBER open nothing any more."""
    found = AccessKey.objects.select_related("account").filter(pk=number).first()
    if found is None:
        raise InputRefused(_("There is no access key %(number)s.") % {"number": number})
    held = revoke_key(key=found, by=OPERATOR)
    if output == "json":
        print_json({"login": found.account.login, "number": held.pk, "name": held.name})
    else:
        click.echo(_("The key “%(name)s” is revoked.") % {"name": held.name})
