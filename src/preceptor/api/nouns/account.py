"""Who asks, and the accounts that an office keeps."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from preceptor.base.addresses import public_url
from preceptor.base.today import today
from preceptor.cases.actions import make_feed, revoke_feed
from preceptor.cases.feeds import live_feed
from preceptor.people.access import may_keep_institution, scope, visible_accounts, visible_keys
from preceptor.people.models import Account, Role
from preceptor.people.queries import matches_name

from ..fields import Key, Wanted
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import account as shapes
from .change import Sent

router = Router(tags=["accounts"])


class AccountFilter(Paging):
    """The begin of a sign-in name, or a name."""

    q: Wanted = ""


@router.get("/account", response=answers(shapes.Own))
def own_account(request: HttpRequest) -> dict[str, Any]:
    """The account that asks, with its roles today and its access keys."""
    user = reader(request)
    held = user.roles.on(today()).select_related("unit").order_by("kind", "unit__code")
    return {
        "key": user.pk, "login": user.login, "name": user.name, "person": user.person_id,
        "roles": list(held), "keys": list(visible_keys(user)),
    }  # fmt: skip


class CalendarWanted(Sent):
    """In which language the calendar is written."""

    language: Literal["zh-hans", "en"]


@router.get("/account/calendar", response=answers(shapes.CalendarFeed))
def own_calendar(request: HttpRequest) -> dict[str, Any]:
    """Since when there is a secret address at which a calendar programme reads the own sittings and
    deadlines, null where there is none. The address itself is told only when it is made."""
    found = live_feed(reader(request))
    return {"since": found.created_at if found else None}


@router.post("/account/calendar", response=answers(shapes.NewCalendarFeed, 201))
def make_own_calendar(request: HttpRequest, sent: CalendarWanted) -> Made:
    """Make such an address; the one before it opens nothing any more."""
    user = reader(request)
    made, token = make_feed(account=user, by=user, language=sent.language)
    return Status(201, {"since": made.created_at, "address": public_url("feed", token)})


@router.post("/account/calendar/revoke", response=answers(shapes.CalendarFeed))
def revoke_own_calendar(request: HttpRequest) -> dict[str, Any]:
    """Let the address open nothing any more."""
    revoke_feed(account=reader(request), by=reader(request))
    return own_calendar(request)


def _kept(request: HttpRequest) -> QuerySet[Account]:
    """The accounts of the institution that the reader keeps; 404 for everybody else."""
    user = reader(request)
    institution = scope(user).institution
    if institution is None or not may_keep_institution(user, institution):
        raise Http404
    return visible_accounts(user)


@router.get("/accounts", response=answers(Page[shapes.AccountLine]))
def accounts(request: HttpRequest, narrowed: Query[AccountFilter]) -> dict[str, Any]:
    """The accounts of the institution by sign-in name; for its office."""
    rows, text = _kept(request), narrowed.q.strip()
    if text:
        named = Q(name__contains=text) | Q(person__in=matches_name(text))
        rows = rows.filter(Q(login__istartswith=text) | named)
    held = Role.objects.on(today()).select_related("unit").order_by("kind", "unit__code")
    page = page_of(rows.prefetch_related(Prefetch("roles", held, "held")), "login", narrowed)
    return {**page, "rows": [_told(row, row.held) for row in page["rows"]]}


@router.get("/accounts/{int:key}", response=answers(shapes.Account))
def account(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One account with all the roles that it has or had; for the office of its institution."""
    row = one(_kept(request), pk=key)
    roles = row.roles.known().select_related("unit").order_by("-valid_from", "pk")
    return _told(row, roles)


def _told(row: Account, roles: Any) -> dict[str, Any]:
    return {
        "key": row.pk, "login": row.login, "name": row.name, "person": row.person_id,
        "is_active": row.is_active, "last_login": row.last_login, "roles": list(roles),
    }  # fmt: skip
