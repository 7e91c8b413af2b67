"""Every write to platforms: training bases, industry units and consortia are platforms too."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.permits import Permit
from preceptor.base.records import retract, supersede

from ..choices import PlatformState
from ..models import CoBuilder, Discipline, Platform, PlatformSpan, Unit
from ..queries import name_of
from .register import may_keep_registers

#: Which state may follow which: what is built comes into operation, and what is closed stays so.
FOLLOWING = {
    PlatformState.CONSTRUCTION: frozenset({PlatformState.OPERATING, PlatformState.CLOSED}),
    PlatformState.OPERATING: frozenset({PlatformState.CONSTRUCTION, PlatformState.CLOSED}),
    PlatformState.CLOSED: frozenset[PlatformState](),
}


def _demand(permit: Permit | None, by: Actor) -> None:
    """The office keeps the platforms of its institution: who knows the roles, a room above, brings
    its permit. Without one only the operator may."""
    (may_keep_registers(by) if permit is None else permit).demand()


def register_platform(
    *, institution: Unit, unit: Unit, code: str, kind: str, level: str, name_zh: str,
    valid_from: date, by: Actor, state: str = PlatformState.OPERATING, name_en: str = "",
    discipline: Discipline | None = None, upper: Platform | None = None,
    approved_on: date | None = None, approval: str = "", permit: Permit | None = None,
) -> Platform:  # fmt: skip
    """Enter a platform at a unit, in the state from the day on; `upper` is the one of which it is a
    branch, `approval` the paper that recognised it.

    The same platform again changes nothing. Raises PermissionDenied; RuleBroken when the code is
    taken or the unit or upper platform is of another institution; InputRefused and ValidationError for
    a word that is none of the list.
    """
    _demand(permit, by)
    columns = {
        "unit": unit, "kind": kind, "level": level, "name_zh": name_zh.strip(),
        "name_en": name_en.strip(), "discipline": discipline, "upper": upper,
        "approved_on": approved_on, "approval": approval.strip(),
    }  # fmt: skip
    held = Platform.objects.filter(institution=institution, code=code.strip()).first()
    if held is not None and all(getattr(held, name) == columns[name] for name in columns):
        return held
    if held is not None:
        raise RuleBroken(_("The platform code %(code)s is taken.") % {"code": held.code})
    _refuse_place(institution, unit, upper)
    row = Platform(institution=institution, code=code.strip(), **columns)
    row.clean_fields(exclude=["institution", "unit", "discipline", "upper"])
    with deed(by) as act:
        row.save(force_insert=True)
        span = PlatformSpan(platform=row, state=_state(state), valid_from=valid_from)
        span.save(force_insert=True)
        after = {"code": row.code, "kind": kind, "level": level, "state": state, "from": valid_from}
        act.write("platform.register", "platform", row.pk, after=after)
    return row


def _refuse_place(institution: Unit, unit: Unit, upper: Platform | None) -> None:
    if institution.pk not in (unit.pk, unit.institution_id):
        raise RuleBroken(
            _("%(unit)s is not a unit of %(institution)s.")
            % {"unit": name_of(unit), "institution": name_of(institution)}
        )
    if upper is not None and upper.institution_id != institution.pk:
        raise RuleBroken(
            _("%(platform)s is a platform of another institution.") % {"platform": upper.name_zh}
        )


def _state(word: str) -> PlatformState:
    if word not in PlatformState.values:
        raise InputRefused(
            _("“%(state)s” is no state of a platform. Choose one of the list.") % {"state": word}
        )
    return PlatformState(word)


def _locked(platform: Platform) -> Platform:
    return Platform.objects.select_for_update(no_key=True, of=("self",)).get(pk=platform.pk)


def change_platform_state(
    *, platform: Platform, state: str, valid_from: date, by: Actor, reason: str = "",
    permit: Permit | None = None,
) -> PlatformSpan:  # fmt: skip
    """Record that a platform is in another state from the day on; the one before ends the day before.

    The same state again changes nothing. Raises PermissionDenied; RuleBroken for a day on or before
    the first day of the state it is in, or a state that cannot follow, as nothing follows closing;
    InputRefused for a word that is no state.
    """
    _demand(permit, by)
    to = _state(state)
    with deed(by, reason) as act:
        held = _locked(platform)
        last = PlatformSpan.objects.known().filter(platform=held).order_by("valid_from").last()
        if last is not None and last.state == to:
            return last
        if last is not None:
            _refuse_state(held, last, to, valid_from)
            supersede(last, valid_to=valid_from - timedelta(days=1))
        row = PlatformSpan.objects.create(platform=held, state=to, valid_from=valid_from)
        before = {"state": last.state} if last is not None else None
        after = {"state": to.value, "from": valid_from}
        act.write("platform.state", "platform", held.pk, before=before, after=after)
    return row


def _refuse_state(held: Platform, last: PlatformSpan, to: PlatformState, day: date) -> None:
    now = PlatformState(last.state)
    if to not in FOLLOWING[now]:
        raise RuleBroken(
            _("%(platform)s is “%(now)s”; “%(to)s” cannot follow.")
            % {"platform": held.name_zh, "now": now.label, "to": to.label}
        )
    if day <= last.valid_from:
        raise RuleBroken(
            _("%(platform)s is “%(now)s” since %(day)s. Another state begins after that day.")
            % {"platform": held.name_zh, "now": now.label, "day": last.valid_from}
        )


def add_co_builder(
    *, platform: Platform, valid_from: date, by: Actor, unit: Unit | None = None, name: str = "",
    valid_to: date | None = None, permit: Permit | None = None,
) -> CoBuilder:  # fmt: skip
    """Record who builds a platform together with its unit from the day on: a unit of the institution,
    or somebody outside by name.

    The same again changes nothing. Raises PermissionDenied; InputRefused unless exactly one of unit
    and name is given; RuleBroken for days in the wrong order, or that share a day with an entry of
    the same co-builder, and for the unit that leads the platform itself.
    """
    _demand(permit, by)
    named = name.strip()
    if (unit is None) == (not named):
        raise InputRefused(_("A co-builder is either a unit of the institution or named."))
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken(
            _("The last day, %(day)s, lies before the first, %(first)s.")
            % {"day": valid_to, "first": valid_from}
        )
    with deed(by) as act:
        held = _locked(platform)
        days = {"valid_from": valid_from, "valid_to": valid_to}
        known = CoBuilder.objects.known().filter(platform=held, unit=unit, name=named)
        if (same := known.filter(**days).first()) is not None:
            return same
        _refuse_builder(held, unit, known, valid_from, valid_to)
        row = CoBuilder(platform=held, unit=unit, name=named, **days)
        row.clean_fields(exclude=["platform", "unit"])
        row.save(force_insert=True)
        after = {"unit": unit and unit.pk, "name": named, "from": valid_from, "to": valid_to}
        act.write("platform.co_builder", "platform", held.pk, after=after)
    return row


def _refuse_builder(
    held: Platform, unit: Unit | None, known: QuerySet[CoBuilder], first: date, last: date | None
) -> None:
    if unit is not None and unit.pk == held.unit_id:
        raise RuleBroken(
            _("%(unit)s leads the platform and is no co-builder.") % {"unit": name_of(unit)}
        )
    if unit is not None:
        _refuse_place(held.institution, unit, None)
    rows = known.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    if last is not None:
        rows = rows.filter(valid_from__lte=last)
    if (other := rows.first()) is not None:
        raise RuleBroken(
            _("This co-builder is recorded from %(first)s to %(last)s already.")
            % {"first": other.valid_from, "last": other.valid_to or "…"}
        )


def end_co_builder(
    *, co_builder: CoBuilder, last_on: date, by: Actor, reason: str = "",
    permit: Permit | None = None,
) -> CoBuilder | None:  # fmt: skip
    """Let somebody build with the platform until the day, that day included; one who would end before
    the first day never did, and None is given.

    The same day again changes nothing. Raises PermissionDenied; RuleBroken for an entry corrected
    meanwhile.
    """
    _demand(permit, by)
    with deed(by, reason) as act:
        _locked(co_builder.platform)
        held = CoBuilder.objects.get(pk=co_builder.pk)
        if held.superseded_at is not None:
            raise RuleBroken(
                _("This entry was corrected meanwhile. Reload the page and try again.")
            )
        if held.valid_to == last_on:
            return held
        ended = None
        if last_on < held.valid_from:
            retract(held)
        else:
            ended = supersede(held, valid_to=last_on)
        before, after = {"to": held.valid_to}, {"to": last_on}
        key = held.platform_id
        act.write("platform.co_builder_end", "platform", key, before=before, after=after)
    return ended
