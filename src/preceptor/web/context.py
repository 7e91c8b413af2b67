"""What every page's frame shows: institution, person, role, navigation, theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.access import KEEPING, READING, scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

Text = str | Promise
THEMES = ("light", "dark", "auto")
#: When an account has several roles, the frame names the first of these.
FOREMOST = (
    RoleKind.OFFICE,
    RoleKind.PERSONNEL,
    RoleKind.SECRETARY,
    RoleKind.LEADER,
    RoleKind.SUPERVISOR,
    RoleKind.TRAINEE,
    RoleKind.OPERATOR,
)


@dataclass
class Item:
    """A line of the navigation."""

    title: Text
    url: str
    icon: str
    is_current: bool = False
    #: Where the badge of the line comes from; asked for after the page is shown.
    badge_url: str = ""


@dataclass
class Group:
    """A headed group of the navigation."""

    title: Text
    items: list[Item] = field(default_factory=list)


def theme(request: HttpRequest) -> str:
    """The reader's theme from the cookie; `auto` follows the device."""
    chosen = request.COOKIES.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


FELLOWS = (
    (_("Stations"), "stations", "building"),
    (_("Postdocs"), "postdocs", "school"),
    (_("Incubations"), "incubations", "stack-2"),
    (_("Laboratories"), "laboratories", "compass"),
    (_("Appointments"), "appointments", "users"),
    (_("Calls"), "calls", "clipboard-text"),
)
COOPERATION = (
    (_("Agreements"), "agreements", "file-certificate"),
    (_("Joint schools"), "schools", "school"),
    (_("Partners"), "partners", "world"),
    (_("Abroad"), "abroad", "map-pin"),
    (_("Platforms"), "platforms", "layout-dashboard"),
)


def _groups(kinds: frozenset[str]) -> Sequence[tuple[Text, Sequence[tuple[Text, str, str]]]]:
    overview = [
        (_("Home"), "home", "home"),
        (_("Tasks"), "tasks", "list-check"),
        (_("Requests"), "cases", "route"),
    ]
    people = [(_("Trainees"), "enrolments", "users")]
    if kinds & (READING | {RoleKind.SUPERVISOR}):
        people.append((_("Panels"), "panels", "gavel"))
    people.append((_("Sittings"), "sittings", "calendar-event"))
    people.append((_("Standing bodies"), "bodies", "users-group"))
    rules = [(_("Rules"), "rules", "scale"), (_("Regulations"), "regulations", "book-2")]
    if kinds & (READING | {RoleKind.SUPERVISOR}):
        rules.append((_("Kinds of requests"), "kinds", "list-details"))
    if kinds & (READING | {RoleKind.SUPERVISOR}):
        rules.append((_("Waivers"), "waivers", "shield-check"))
    if kinds & {RoleKind.OFFICE, RoleKind.LEADER}:
        rules.append((_("Planned changes"), "drafts", "pencil"))
    overview.append((_("Public notices"), "notices", "flag"))
    if kinds - {RoleKind.TRAINEE}:
        overview.append((_("Delegations"), "delegations", "replace"))
    registers = [
        (_("Units"), "units", "building-hospital"),
        (_("Directions"), "directions", "stethoscope"),
    ]
    if kinds & READING:
        registers.append((_("Official calendar"), "calendar", "calendar"))
    if kinds & KEEPING:
        registers.append((_("Contacts"), "contacts", "mail"))
        registers.append((_("Declared ties"), "ties", "replace"))
    if kinds & {RoleKind.OFFICE}:
        registers.append((_("Accounts and roles"), "accounts", "id-badge-2"))
    groups = [
        (_("Overview"), overview),
        (_("Training"), people),
        (_("Postdocs and laboratories"), FELLOWS),
        (_("Rules"), rules),
        (_("Registers"), registers),
    ]
    if kinds & (READING | {RoleKind.PERSONNEL}):
        groups.insert(3, (_("Co-operation"), COOPERATION))
    if kinds & READING:
        figures = [(_("Census and report"), "censuses", "report-analytics")]
        if kinds & {RoleKind.OFFICE}:
            figures.append((_("Take in a workbook"), "roster", "file-import"))
        groups.append((_("Reporting"), figures))
    return groups


def navigation(request: HttpRequest, kinds: frozenset[str]) -> list[Group]:
    """The navigation of the reader's roles, with the present page marked."""
    groups = []
    for title, lines in _groups(kinds):
        items = [Item(name, reverse(url), icon, badge_url=_badge(url)) for name, url, icon in lines]
        for item in items:
            is_home = item.url == "/"
            item.is_current = request.path == "/" if is_home else request.path.startswith(item.url)
        groups.append(Group(title, items))
    return groups


def _badge(url: str) -> str:
    return reverse("task_count") if url == "tasks" else ""


def _without_role(user: Account) -> Unit | None:
    """The institution shown to an account without a role: its person's, or the first university."""
    if user.person is not None:
        return user.person.institution
    return Unit.objects.filter(kind=UnitKind.UNIVERSITY, institution=None).first()


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables; a stranger gets the theme and no navigation."""
    frame: dict[str, Any] = {"theme": theme(request), "navigation": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    kinds = scope(user).kinds
    root = scope(user).institution or _without_role(user)
    foremost = next((kind for kind in FOREMOST if kind in kinds), None)
    language = getattr(request, "LANGUAGE_CODE", "")
    name = "" if root is None else root.name_en if language == "en" else root.name_zh
    return frame | {
        "navigation": navigation(request, kinds),
        "institution_name": name,
        "person_name": user.name,
        "role_title": foremost.label if foremost else "",
    }
