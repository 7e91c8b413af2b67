"""What every page's frame shows: institution, person, role, navigation, theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.people.access import KEEPING, READING, Scope, scope
from preceptor.people.choices import RoleKind
from preceptor.web.theirs import Theirs, theirs

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


#: Who reads the fellows of no unit, and never was a postdoc nor supervised one, finds nothing here.
OF_POSTDOCS = frozenset({"stations", "postdocs"})
#: What holds nothing for most who have no role: shown to whom something lies there.
SPARSE = frozenset(
    {
        "enrolments", "sittings", "bodies", "stations", "postdocs", "incubations", "laboratories",
        "appointments",
    }
)  # fmt: skip


def navigation(request: HttpRequest, reach: Scope) -> list[Group]:
    """The navigation of the reader's roles, with the present page marked. Lists of postdocs that hold
    nothing are left out where the scope tells so; who leads a laboratory or supervises postdocs, and
    keeps no records of them, finds these first."""
    has_fellows = reach.fellows_read or reach.marks & {"postdoc", "host"}
    empty = frozenset() if has_fellows else OF_POSTDOCS
    foremost = "" if reach.fellows_read else "laboratories" if "head" in reach.marks else "postdocs"
    groups = [
        _group(title, _led(foremost, [line for line in lines if line[1] not in empty]))
        for title, lines in _groups(reach.kinds)
    ]
    return _marked(request, groups)


def _led(foremost: str, lines: Sequence[tuple[Text, str, str]]) -> Sequence[tuple[Text, str, str]]:
    """The lines of a group, what the reader has a part in first."""
    return sorted(lines, key=lambda line: line[1] != foremost)


def navigation_of_own(request: HttpRequest, own: Theirs) -> list[Group]:
    """What somebody came for who has no role, or that of a trainee as a postdoc, and of the rest what
    holds something of theirs; with the present page marked."""
    groups = [
        _group(title, [line for line in lines if line[1] in own.lists or line[1] not in SPARSE])
        for title, lines in _groups(frozenset())
    ]
    # The calls lie with what is the reader's own.
    for group in groups:
        group.items = [item for item in group.items if item.url != reverse("calls")]
    groups.insert(1, Group(pgettext_lazy("navigation", "Mine"), _own(own)))
    return _marked(request, [group for group in groups if group.items])


def ways(groups: Sequence[Group], is_led: bool) -> list[Item]:
    """The four ways that the bar of a phone offers beside the menu: the first two of the first group,
    and of the reader's own group the first two, or else the first of each of the next two groups. Who
    has nothing to do with postdocs and laboratories finds the requests in the place of the last."""
    first, second, *others = groups
    if is_led:
        return [*first.items[:2], *second.items[:2]]
    last = others[0].items[0]
    is_theirs = last.url in {reverse(name) for name in ("stations", "postdocs", "laboratories")}
    return [*first.items[:2], second.items[0], last if is_theirs else first.items[2]]


def _own(own: Theirs) -> list[Item]:
    items = [Item(_("Calls"), reverse("calls"), "clipboard-text")]
    if own.application is not None:
        url = reverse("application", args=[own.application])
        items.insert(0, Item(_("My application"), url, "file-certificate"))
    if own.term is not None:
        url = reverse("postdoc", args=[own.term])
        items.insert(0, Item(_("My time as a postdoc"), url, "school"))
    return items


def _group(title: Text, lines: Sequence[tuple[Text, str, str]]) -> Group:
    items = [Item(name, reverse(url), icon, badge_url=_badge(url)) for name, url, icon in lines]
    return Group(title, items)


def _marked(request: HttpRequest, groups: list[Group]) -> list[Group]:
    """Of items that lead to the page or above it, the nearest is the present one."""
    items = [item for group in groups for item in group.items]
    above = [item for item in items if item.url != "/" and request.path.startswith(item.url)]
    nearest = max((len(item.url) for item in above), default=0)
    for item in items:
        is_home = item.url == "/" and request.path == "/"
        item.is_current = is_home or (item in above and len(item.url) == nearest)
    return groups


def _badge(url: str) -> str:
    return reverse("task_count") if url == "tasks" else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables; a stranger gets the theme and no navigation."""
    frame: dict[str, Any] = {"theme": theme(request), "navigation": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    reach = scope(user)
    has_role = reach.institution is not None
    is_led = not has_role or _is_postdoc_alone(reach)
    own = theirs(user) if is_led else Theirs(reach.institution)
    language = getattr(request, "LANGUAGE_CODE", "")
    root = reach.institution or own.institution
    name = "" if root is None else root.name_en if language == "en" else root.name_zh
    groups = navigation_of_own(request, own) if is_led else navigation(request, reach)
    return frame | {
        "navigation": groups,
        "phone_ways": ways(groups, is_led),
        "institution_name": name,
        "person_name": user.name,
        "role_title": _role_title(reach, own),
    }


def _is_postdoc_alone(reach: Scope) -> bool:
    """A postdoc whose account came with the role of a trainee, and with no other."""
    return reach.kinds == {RoleKind.TRAINEE} and "postdoc" in reach.marks


def _role_title(reach: Scope, own: Theirs) -> Text:
    """The foremost role. A postdoc has the account of a trainee, or one without a role."""
    foremost = next((kind for kind in FOREMOST if kind in reach.kinds), None)
    is_postdoc = own.term is not None or "postdoc" in reach.marks
    if is_postdoc and foremost in (None, RoleKind.TRAINEE):
        return pgettext_lazy("role", "postdoc")
    return foremost.label if foremost else ""
