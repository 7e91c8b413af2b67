"""The writes that give postdocs their supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import end_on, supersede
from preceptor.people.models import Person

from ..access import may_keep_postdoc
from ..choices import HostRole
from ..models import Host, Postdoc
from .postdoc import demand_present, demand_staying, locked_postdoc, touch


def add_host(
    *,
    postdoc: Postdoc,
    person: Person,
    by: Actor,
    role: HostRole = HostRole.HOST,
    on: date | None = None,
    is_outside: bool = False,
) -> Host:
    """Let a person supervise a postdoc from the day on (that of entry when none is given), up to the
    day of leaving where it is decided; who does so already in that part is given unchanged.

    Raises NotPermitted; RuleBroken for the own supervisor, a day before the entry or after the day of
    leaving, or a postdoc who has left.
    """
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        if person.pk == held.person_id:
            raise RuleBroken(_("Nobody is the own supervisor. Choose another person."))
        since = on or held.entered_on
        if since < held.entered_on:
            raise RuleBroken(
                _("The postdoc entered on %(entry)s; %(day)s lies before it.")
                % {"entry": held.entered_on, "day": since}
            )
        if held.left_on is not None and since > held.left_on:
            demand_staying(held)
        rows = Host.objects.known().filter(postdoc=held, person=person, role=role)
        known = rows.filter(valid_to=held.left_on).first()
        if known is not None:
            return known
        row = Host.objects.create(
            postdoc=held, person=person, role=HostRole(role), is_outside=is_outside,
            valid_from=since, valid_to=held.left_on,
        )  # fmt: skip
        after = {"person": person.pk, "role": row.role, "from": since}
        act.write("postdoc.host", "postdoc", held.pk, after=after)
        touch(act, held)
    return row


def end_host(*, host: Host, last_on: date, by: Actor, reason: str = "") -> None:
    """Let a supervisor's part end with a day; one that begins later is taken back. Ended already
    with that day, nothing changes.

    Raises NotPermitted; RuleBroken where the row was corrected meanwhile, or nobody would supervise
    a postdoc in station.
    """
    with deed(by, reason) as act:
        held = locked_postdoc(host.postdoc)
        may_keep_postdoc(by, held).demand()
        row = Host.objects.known().filter(pk=host.pk).first()
        if row is None:
            raise RuleBroken(_("This entry was changed meanwhile. Read it again."))
        if row.valid_to == last_on:
            return
        _demand_another(held, row, last_on)
        before = {"person": row.person_id, "role": row.role, "to": row.valid_to}
        end_on(row, last_on)
        act.write("postdoc.host_end", "postdoc", held.pk, before=before, after={"to": last_on})
        touch(act, held)


def _demand_another(held: Postdoc, row: Host, last_on: date) -> None:
    next_day = last_on + timedelta(days=1)
    if held.left_on is not None and held.left_on <= next_day:
        return
    if not Host.objects.on(next_day).filter(postdoc=held).exclude(pk=row.pk).exists():
        raise RuleBroken(
            _("Nobody would supervise the postdoc from %(day)s on. Name the next supervisor first.")
            % {"day": next_day}
        )


def hosts_beyond(held: Postdoc, on: date) -> list[dict[str, Any]]:
    """The parts of supervisors that would last beyond the day, as plain values."""
    rows = Host.objects.known().filter(Q(valid_to=None) | Q(valid_to__gt=on), postdoc=held)
    return [
        {
            "person": row.person_id, "role": row.role, "is_outside": row.is_outside,
            "from": row.valid_from.isoformat(),
            "to": None if row.valid_to is None else row.valid_to.isoformat(),
        }
        for row in rows.order_by("pk")
    ]  # fmt: skip


def end_hosts(act: Deed, held: Postdoc, on: date) -> None:
    """Let the part of every supervisor end with the day on which the postdoc leaves; one that would
    begin later is taken back."""
    ended = hosts_beyond(held, on)
    rows = Host.objects.known().filter(Q(valid_to=None) | Q(valid_to__gt=on), postdoc=held)
    for row in rows.order_by("pk"):
        end_on(row, on)
    if ended:
        act.write(
            "postdoc.hosts_end", "postdoc", held.pk, before={"hosts": ended}, after={"to": on}
        )


def restore_hosts(act: Deed, held: Postdoc, on: date, kept: Sequence[dict[str, Any]]) -> None:
    """Let the parts that ended with the day `on` last again as they stood before; one that was changed
    by hand meanwhile stays as it is."""
    for one in kept:
        first = date.fromisoformat(one["from"])
        last = None if one["to"] is None else date.fromisoformat(one["to"])
        rows = Host.objects.known().filter(
            postdoc=held, person=one["person"], role=one["role"], valid_from=first
        )
        row = rows.filter(valid_to=on).first()
        if row is not None:
            supersede(row, valid_to=last)
        elif first > on and not rows.exists():
            Host.objects.create(
                postdoc=held, person_id=one["person"], role=one["role"],
                is_outside=one["is_outside"], valid_from=first, valid_to=last,
            )  # fmt: skip
    if kept:
        act.write("postdoc.hosts_back", "postdoc", held.pk, after={"hosts": list(kept)})
