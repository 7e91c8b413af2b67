"""A postdoc enters a station, and changes track or source there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.calls.models import CallApplication
from preceptor.institutions.models import Discipline, Unit
from preceptor.institutions.queries import name_of
from preceptor.people.access import scope
from preceptor.people.models import Person

from ..access import may_enter, may_keep_postdoc
from ..agreements import binds, carries, is_free, lock_agreement
from ..choices import (
    HostRole,
    IntakeSource,
    PostdocState,
    StationKind,
    StationState,
    StayEnd,
    StayStart,
    Track,
)
from ..models import Host, Postdoc, Station, StationSpan, Stay
from ..states import PRESENT
from .requests import demand


@dataclass(frozen=True)
class NewHost:
    """A supervisor from the first day; `is_outside` of the institution."""

    person: Person
    role: HostRole = HostRole.HOST
    is_outside: bool = False


@dataclass(frozen=True)
class EntryFacts:
    """What rules of entry ask about; unknown is None, or empty for the name of the university."""

    doctorate_on: date | None = None
    doctorate_recognised_on: date | None = None
    doctorate_from: str = ""
    doctorate_discipline: Discipline | None = None
    is_own_doctor: bool | None = None
    is_full_time: bool | None = None
    has_special_approval: bool | None = None


def enter_postdoc(
    *,
    person: Person,
    station: Station,
    number: str,
    track: Track,
    intake: IntakeSource,
    entered_on: date,
    term_ends_on: date,
    by: Actor,
    unit: Unit | None = None,
    workstation: Station | None = None,
    agreement: Any = None,
    application: CallApplication | None = None,
    follows: Postdoc | None = None,
    hosts: Sequence[NewHost] = (),
    facts: EntryFacts | None = None,
) -> Postdoc:
    """Let a person enter a station: the term, its first stay and the supervisors.

    `unit` is where the postdoc works, that of the station when not given. With `workstation` it is
    a joint intake on the tripartite `agreement`, a row of the register of agreements; `follows` is
    the term that this one goes on from.
    Of two entries of one person at once, or with one number, the second is refused. Raises NotPermitted; RuleBroken
    where the station is not open on the day, the person is in a station then or later, the number
    is taken, or the joint intake lacks a workstation or an agreement that is in force and under
    which nobody else was taken in.
    """
    place = unit or station.unit
    may_enter(by, person, place).demand()
    postdoc = Postdoc(
        person=person, institution=station.institution, unit=place, station=station,
        number=number.strip(), track=Track(track), intake=IntakeSource(intake),
        workstation=workstation, agreement=agreement, application=application, follows=follows,
        entered_on=entered_on, term_ends_on=term_ends_on, **_columns(facts or EntryFacts()),
    )  # fmt: skip
    with deed(by) as act:
        hold_entry(person, postdoc.institution)
        _hold_stations(postdoc)
        _demand_entry(postdoc, by)
        _demand_hosts(postdoc, hosts)
        postdoc.save()
        comes_by = StayStart.ENTRY if follows is None else StayStart.TRANSFER
        _begin_stay(postdoc, entered_on, comes_by)
        for host in hosts:
            _seat(postdoc, host)
        act.write("postdoc.enter", "postdoc", postdoc.pk, after=_entered(postdoc, hosts))
        touch(act, postdoc)
    return postdoc


def hold_entry(person: Person, institution: Unit) -> None:
    """Lock who enters, and the numbers of the institution: of two entries of one person, or with one
    number, the second finds the first. Every entry does so before it locks stations and agreements, so
    that no two wait for each other."""
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    _hold_numbers(institution)


def _hold_numbers(institution: Unit) -> None:
    """Lock the institution: of two who give one number at once, the second finds it taken."""
    list(Unit.objects.select_for_update(no_key=True, of=("self",)).filter(pk=institution.pk))


def _hold_stations(postdoc: Postdoc) -> None:
    """Lock the stations, so that none closes while somebody enters it."""
    keys = [key for key in (postdoc.station_id, postdoc.workstation_id) if key is not None]
    rows = Station.objects.select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__in=keys).order_by("pk"))


def _columns(facts: EntryFacts) -> dict[str, Any]:
    # Not `asdict`: it would copy the discipline.
    return {name: getattr(facts, name) for name in EntryFacts.__dataclass_fields__}


def _demand_entry(postdoc: Postdoc, by: Actor) -> None:
    if not postdoc.number:
        raise RuleBroken(_("A postdoc has a number; enter a provisional one until the national is known."))  # fmt: skip
    if postdoc.term_ends_on <= postdoc.entered_on:
        raise RuleBroken(
            _("The term ends on %(end)s, not after the day of entry, %(entry)s.")
            % {"end": postdoc.term_ends_on, "entry": postdoc.entered_on}
        )
    _demand_place(postdoc)
    _demand_open(postdoc.station, postdoc.entered_on)
    _demand_joint(postdoc)
    _demand_follows(postdoc)
    demand_free(postdoc, by)
    if Postdoc.objects.filter(institution=postdoc.institution, number=postdoc.number).exists():
        raise RuleBroken(
            _("The number %(number)s belongs to another term already.") % {"number": postdoc.number}
        )


def _demand_place(postdoc: Postdoc) -> None:
    place = postdoc.unit
    _demand_same(postdoc.institution_id, place.institution_id or place.pk, name_of(place))


def _demand_same(institution: int, other: int, name: str) -> None:
    if other != institution:
        raise RuleBroken(
            _("%(unit)s belongs to another institution than the station.") % {"unit": name}
        )


def _demand_open(station: Station, on: date) -> None:
    """Nobody enters a station that is not open, nor one that is to be rectified."""
    spans = StationSpan.objects.on(on).filter(station=station)
    if not any(span.state == StationState.OPEN for span in spans):
        raise RuleBroken(
            _("%(station)s takes nobody in on %(day)s: it is not open on that day.")
            % {"station": name_of(station), "day": on}
        )


def _demand_joint(postdoc: Postdoc) -> None:
    work, agreement = postdoc.workstation, postdoc.agreement
    if work is None:
        if postdoc.intake == IntakeSource.JOINT:
            raise RuleBroken(_("A joint intake names the workstation that takes part."))
        if agreement is not None:
            raise RuleBroken(_("An agreement is named, but no workstation that takes part."))
        return
    if postdoc.station.kind != StationKind.MOBILE or work.kind == StationKind.MOBILE:
        raise RuleBroken(
            _("A joint intake is one of a mobile station with a workstation, branch or base.")
        )
    _demand_same(postdoc.institution_id, work.institution_id, name_of(work))
    _demand_open(work, postdoc.entered_on)
    if agreement is None:
        raise RuleBroken(
            _(
                "A joint intake with %(workstation)s rests on a tripartite agreement. Sign it, and "
                "name it here."
            )
            % {"workstation": name_of(work)}
        )
    demand(carries(agreement, postdoc.station, postdoc.entered_on, postdoc.term_ends_on))
    demand(binds(agreement, work))
    lock_agreement(agreement)
    demand(is_free(agreement, postdoc.person_id))


def _demand_follows(postdoc: Postdoc) -> None:
    earlier = postdoc.follows
    if earlier is None:
        return
    if earlier.person_id != postdoc.person_id:
        raise RuleBroken(_("The earlier term is another person's."))
    if earlier.left_on is None or leaving(earlier) != StayEnd.TRANSFER:
        raise RuleBroken(
            _(
                "A term goes on from one that ended by the move to another station; this one did not."
            )
        )
    if earlier.left_on > postdoc.entered_on:
        raise RuleBroken(
            _("The earlier term ends on %(left)s, after the day of entry, %(entry)s.")
            % {"left": earlier.left_on, "entry": postdoc.entered_on}
        )


def demand_free(postdoc: Postdoc, by: Actor) -> None:
    """Raise RuleBroken where the person is in a station on the day of entry or later: a person is in
    one station at a time, in all institutions. Of an institution that is none of the actor's only
    the fact is told."""
    rows = Stay.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=postdoc.entered_on), postdoc__person=postdoc.person
    )
    held = rows.select_related("station", "postdoc").order_by("begins_on").first()
    if held is None:
        return
    if not scope(by).reads_fellows(held.postdoc.unit_id):
        raise RuleBroken(
            _(
                "The person is in a station of another institution at that time; a person is in one station at a time."
            )
        )
    words = {"station": name_of(held.station), "first": held.begins_on, "last": held.ends_on}
    if held.ends_on is None:
        raise RuleBroken(
            _("The person is in %(station)s since %(first)s. End that stay first.") % words
        )
    raise RuleBroken(
        _("The person is in %(station)s from %(first)s to %(last)s; the new stay overlaps it.")
        % words
    )


def _demand_hosts(postdoc: Postdoc, hosts: Sequence[NewHost]) -> None:
    if any(host.person.pk == postdoc.person_id for host in hosts):
        raise RuleBroken(_("Nobody is the own supervisor. Choose another person."))
    seats = {(host.person.pk, host.role) for host in hosts}
    if len(seats) != len(hosts):
        raise RuleBroken(_("A supervisor was named twice in the same part."))


def _begin_stay(postdoc: Postdoc, on: date, comes_by: StayStart) -> Stay:
    return Stay.objects.create(
        postdoc=postdoc, institution=postdoc.institution, station=postdoc.station,
        track=postdoc.track, intake=postdoc.intake, begins_on=on, comes_by=comes_by,
    )  # fmt: skip


def _seat(postdoc: Postdoc, host: NewHost) -> None:
    Host.objects.create(
        postdoc=postdoc, person=host.person, role=HostRole(host.role),
        is_outside=host.is_outside, valid_from=postdoc.entered_on,
    )  # fmt: skip


def _entered(postdoc: Postdoc, hosts: Sequence[NewHost]) -> dict[str, Any]:
    return {
        "number": postdoc.number, "person": postdoc.person_id, "station": postdoc.station_id,
        "workstation": postdoc.workstation_id, "agreement": postdoc.agreement_id,
        "track": postdoc.track, "intake": postdoc.intake, "entered_on": postdoc.entered_on,
        "term_ends_on": postdoc.term_ends_on, "follows": postdoc.follows_id,
        "hosts": [[host.person.pk, host.role] for host in hosts],
    }  # fmt: skip


def touch(act: Deed, postdoc: Postdoc) -> None:
    """Say that the standing of the postdoc may have changed."""
    act.touch("postdoc", [postdoc.pk])


def locked_postdoc(postdoc: Postdoc) -> Postdoc:
    """The term, locked until the deed is done."""
    rows = Postdoc.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("unit", "institution", "station", "person").get(pk=postdoc.pk)


def demand_present(postdoc: Postdoc) -> None:
    """Raise RuleBroken unless the postdoc is in station."""
    if postdoc.state not in PRESENT:
        raise RuleBroken(
            _("%(number)s is not in station any more: %(state)s since %(day)s.")
            % {
                "number": postdoc.number, "state": PostdocState(postdoc.state).label,
                "day": postdoc.left_on,
            }
        )  # fmt: skip


def demand_staying(postdoc: Postdoc) -> None:
    """Raise RuleBroken where it is decided that the postdoc leaves on a day."""
    if postdoc.left_on is not None:
        raise RuleBroken(
            _("It is decided already that %(number)s leaves on %(day)s.")
            % {"number": postdoc.number, "day": postdoc.left_on}
        )


def open_stay(postdoc: Postdoc) -> Stay:
    """The stay that has no end; everybody in station has one. Raises RuleBroken without."""
    held = Stay.objects.filter(postdoc=postdoc, ends_on=None).first()
    if held is None:
        raise RuleBroken(_("%(number)s has no open stay.") % {"number": postdoc.number})
    return held


def change_stay(
    *,
    postdoc: Postdoc,
    on: date,
    by: Actor,
    track: Track | None = None,
    intake: IntakeSource | None = None,
    reason: str = "",
) -> Postdoc:
    """Change the track or the source of a postdoc in station from a day on; the same again changes
    nothing. Raises NotPermitted; RuleBroken when the person has left, the day lies ahead, or it is
    not after the day on which the present stay began."""
    with deed(by, reason) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        demand_staying(held)
        before = {"track": held.track, "intake": held.intake}
        after = {
            "track": Track(track or held.track).value,
            "intake": IntakeSource(intake or held.intake).value,
        }
        if before == after:
            return held
        _demand_source(held, after["intake"])
        end_stay(open_stay(held), on, StayEnd.CHANGE)
        held.track, held.intake = after["track"], after["intake"]
        held.save(update_fields=["track", "intake"])
        _begin_stay(held, on, StayStart.CHANGE)
        act.write("postdoc.change", "postdoc", held.pk, before=before, after=after | {"on": on})
        touch(act, held)
    return held


def _demand_source(held: Postdoc, intake: str) -> None:
    """Only who was taken in with a workstation is a joint intake."""
    if intake == IntakeSource.JOINT and held.workstation_id is None:
        raise RuleBroken(_("A joint intake names the workstation that takes part."))


def end_stay(stay: Stay, on: date, goes_by: StayEnd, *, may_lie_ahead: bool = False) -> None:
    """End the stay on the day; one that lies ahead only where that was decided. Raises RuleBroken."""
    if on > today() and not may_lie_ahead:
        raise RuleBroken(
            _("%(day)s lies ahead; record the change when the day has come.") % {"day": on}
        )
    if on <= stay.begins_on:
        raise RuleBroken(
            _("The present stay began on %(first)s; it can end on the day after at the earliest.")
            % {"first": stay.begins_on}
        )
    stay.ends_on, stay.goes_by = on, goes_by
    stay.save(update_fields=["ends_on", "goes_by"])


def last_stay(held: Postdoc) -> Stay:
    """The stay that is open, ends ahead, or was the last. Raises RuleBroken without any."""
    stay = Stay.objects.filter(postdoc=held).order_by("-begins_on").first()
    if stay is None:
        raise RuleBroken(_("%(number)s has no open stay.") % {"number": held.number})
    return stay


def leaving(postdoc: Postdoc) -> StayEnd | None:
    """By which way the term ended or will end on the day that was decided; None while nobody
    decided an end."""
    if postdoc.left_on is None:
        return None
    return StayEnd(last_stay(postdoc).goes_by)


def number_postdoc(*, postdoc: Postdoc, number: str, by: Actor) -> Postdoc:
    """Give a postdoc the national number once it is known; the same again changes nothing.

    Raises NotPermitted; RuleBroken for an empty number, or one that another term has.
    """
    number = number.strip()
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if held.number == number:
            return held
        _hold_numbers(held.institution)
        taken = Postdoc.objects.filter(institution=held.institution, number=number)
        if not number or taken.exists():
            raise RuleBroken(_("A term has a number that no other term has. Check the number."))
        before = {"number": held.number}
        held.number = number
        held.save(update_fields=["number"])
        act.write("postdoc.number", "postdoc", held.pk, before=before, after={"number": number})
    return held


def certify(*, postdoc: Postdoc, certificate: str, by: Actor) -> Postdoc:
    """Record the number of the certificate of exit. Raises NotPermitted; RuleBroken while the
    postdoc has not exited, or for an empty number."""
    certificate = certificate.strip()
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if held.state not in (PostdocState.EXITED, PostdocState.LEFT_EARLY) or not certificate:
            raise RuleBroken(_("A certificate has a number, and is given to who has exited."))
        before = {"certificate": held.certificate}
        if held.certificate != certificate:
            held.certificate = certificate
            held.save(update_fields=["certificate"])
            act.write(
                "postdoc.certificate", "postdoc", held.pk, before=before,
                after={"certificate": certificate},
            )  # fmt: skip
    return held


def prolong(*, postdoc: Postdoc, until: date, by: Actor, reason: str = "") -> Postdoc:
    """Let the term end later. Raises NotPermitted; RuleBroken when the postdoc has left, or the day
    is not after the present end."""
    with deed(by, reason) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        demand_staying(held)
        if until <= held.term_ends_on:
            raise RuleBroken(
                _("The term ends on %(end)s already; a longer one ends later.")
                % {"end": held.term_ends_on}
            )
        before = {"term_ends_on": held.term_ends_on}
        held.term_ends_on = until
        held.save(update_fields=["term_ends_on"])
        act.write(
            "postdoc.prolong", "postdoc", held.pk, before=before, after={"term_ends_on": until}
        )
        touch(act, held)
    return held


def take_back_extension(
    *, postdoc: Postdoc, extended: date, former: date, by: Actor, reason: str = ""
) -> Postdoc:
    """Let the term end again on the former day, where it still ends on the day to which it was
    extended. Ending on the former day already, nothing changes. Raises NotPermitted; RuleBroken when
    the postdoc has left, or the term was changed since."""
    with deed(by, reason) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        if held.term_ends_on == former:
            return held
        demand_present(held)
        demand_staying(held)
        if held.term_ends_on != extended:
            raise RuleBroken(
                _(
                    "The term was extended to %(extended)s, but ends on %(end)s now: it was changed "
                    "once more since. Set that aside first."
                )
                % {"extended": extended, "end": held.term_ends_on}
            )
        before, after = {"term_ends_on": extended}, {"term_ends_on": former}
        held.term_ends_on = former
        held.save(update_fields=["term_ends_on"])
        act.write("postdoc.shorten", "postdoc", held.pk, before=before, after=after)
        touch(act, held)
    return held
