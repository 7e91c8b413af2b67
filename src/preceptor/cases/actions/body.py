"""Setting up and closing standing bodies, their charters and their seats."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any, BinaryIO

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.files import keep
from preceptor.base.models import StoredFile
from preceptor.base.records import retract, supersede
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access.body import may_keep_body, may_set_up_body
from ..bodies import BY_LAW, DEGREE_KINDS, kept_voting
from ..choices import BodyKind, BodyRole, SittingState
from ..kinds.kind import Document, Voting, Words
from ..models import Body, BodySeat, Charter, Sitting
from .document import checked_body

CHARTER = Document(
    "charter", Words("章程", "charter"), required=True, types=("pdf", "docx"), most_megabytes=20
)
#: Kinds of which an institution has one at a time.
SINGLE = (BodyKind.DEGREE,)
ONGOING = (SittingState.PLANNED, SittingState.CALLED, SittingState.OPEN)


def set_up_body(
    *,
    institution: Unit,
    unit: Unit,
    code: str,
    kind: str,
    name_zh: str,
    name_en: str,
    opened_on: date,
    by: Actor,
    person: Person | None = None,
    upper: Body | None = None,
    term_years: int | None = None,
    meetings_a_year: int | None = None,
    voting: Voting | None = None,
) -> Body:
    """Set up a standing body; without `voting` it votes as the Degrees Law has it (article 10).

    The same body asked for again is given back. Raises PermissionDenied; InputRefused for a unit
    or person of another institution; RuleBroken for a code in use, a second degree evaluation
    committee, a guidance committee without its person, a sub-committee without its committee.
    """
    may_set_up_body(by, unit).demand()
    _refuse_strangers(institution, unit, person, upper)
    values: dict[str, Any] = {
        "unit_id": unit.pk, "kind": kind, "name_zh": name_zh.strip(), "name_en": name_en.strip(),
        "person_id": person.pk if person else None, "upper_id": upper.pk if upper else None,
        "term_years": term_years, "meetings_a_year": meetings_a_year,
        "voting": kept_voting(voting or BY_LAW), "opened_on": opened_on,
    }  # fmt: skip
    with deed(by) as act:
        # Bodies of an institution are set up one after the other, so that there is one of a kind.
        Unit.objects.select_for_update(no_key=True).get(pk=institution.pk)
        held = Body.objects.filter(institution=institution, code=code.strip()).first()
        if held is not None:
            return _same_or_refuse(held, values)
        _refuse_unfit(institution, kind, person, upper)
        body = Body.objects.create(institution=institution, code=code.strip(), **values)
        after = {"code": body.code, "kind": kind, "name": body.name_zh, "from": opened_on}
        act.write("body.set_up", "body", body.pk, after=after)
    return body


def _refuse_strangers(
    institution: Unit, unit: Unit, person: Person | None, upper: Body | None
) -> None:
    if institution.pk not in (unit.pk, unit.institution_id):
        raise InputRefused(_("This unit is not one of the institution's."))
    if person is not None and person.institution_id != institution.pk:
        raise InputRefused(_("This person is not one of the institution's."))
    if upper is not None and upper.institution_id != institution.pk:
        raise InputRefused(_("The committee above is not one of the institution's."))


def _same_or_refuse(held: Body, values: dict[str, Any]) -> Body:
    if all(getattr(held, name) == value for name, value in values.items()):
        return held
    raise RuleBroken(
        _("The code %(code)s belongs to %(name)s already. Choose another one.")
        % {"code": held.code, "name": held.name_zh}
    )


def _refuse_unfit(institution: Unit, kind: str, person: Person | None, upper: Body | None) -> None:
    if (kind == BodyKind.GUIDANCE) != (person is not None):
        raise RuleBroken(
            _("A guidance committee is set up for one person; any other body for nobody.")
        )
    is_under_committee = upper is not None and upper.kind == BodyKind.DEGREE
    if (kind == BodyKind.DEGREE_SUB) != is_under_committee or (
        upper is not None and kind != BodyKind.DEGREE_SUB
    ):
        raise RuleBroken(
            _("A sub-committee belongs to a degree evaluation committee; no other body does.")
        )
    _refuse_second(institution, kind, person)


def _refuse_second(institution: Unit, kind: str, person: Person | None) -> None:
    """One degree evaluation committee to an institution, one guidance committee to a person."""
    rows = Body.objects.filter(institution=institution, kind=kind, closed_on=None)
    if kind in SINGLE:
        other = rows.first()
    else:
        other = rows.filter(person=person).first() if person is not None else None
    if other is not None:
        raise RuleBroken(
            _("There is one already: %(name)s (%(code)s). Close it first.")
            % {"name": other.name_zh, "code": other.code}
        )


def give_charter(
    *, body: Body, title_zh: str, valid_from: date, by: Actor, title_en: str = "",
    text_zh: str = "", text_en: str = "", content: BinaryIO | None = None, file_name: str = "",
) -> Charter:  # fmt: skip
    """Give the body a charter, or its next version; the one before ends the day before.

    Raises PermissionDenied; RuleBroken for a day that does not follow the version before, and for
    a charter without text and file; InputRefused for a file that is neither PDF nor Word, or too big.
    """
    may_keep_body(by, body).demand()
    if not text_zh.strip() and content is None:
        raise RuleBroken(_("Give the text of the charter, or its file."))
    with deed(by) as act:
        _locked(body)
        last = Charter.objects.known().filter(body=body).order_by("-valid_from").first()
        if last is not None:
            _follow(last, valid_from)
        file = _kept_file(content, file_name)
        charter = Charter.objects.create(
            body=body, title_zh=title_zh.strip(), title_en=title_en.strip(), file=file,
            text_zh=text_zh.strip(), text_en=text_en.strip(), valid_from=valid_from,
        )  # fmt: skip
        after = {"title": charter.title_zh, "from": valid_from}
        after |= {"sha256": file.sha256} if file else {}
        act.write("body.charter", "body", body.pk, after=after)
    return charter


def _follow(last: Charter, valid_from: date) -> None:
    if valid_from <= last.valid_from:
        raise RuleBroken(
            _("The charter in force began on %(day)s. The new one begins later.")
            % {"day": last.valid_from.isoformat()}
        )
    supersede(last, valid_to=valid_from - timedelta(days=1))


def _kept_file(content: BinaryIO | None, file_name: str) -> StoredFile | None:
    if content is None:
        return None
    return keep(BytesIO(checked_body(CHARTER, content, file_name)), file_name)


def give_seat(
    *, body: Body, person: Person, role: str, valid_from: date, by: Actor,
    valid_to: date | None = None, is_head: bool = False, substitute: Person | None = None,
) -> BodySeat:  # fmt: skip
    """Give a person a seat for a term; without a last day the body's own term of office counts.

    The same seat asked for again is given back. `term` counts the person's terms in the body.
    Raises PermissionDenied; RuleBroken when the person sits there in these days already, when
    there would be two chairs, when somebody is substituted by a member, or the body is closed.
    """
    may_keep_body(by, body).demand()
    last = valid_to or end_of_term(valid_from, body.term_years)
    with deed(by) as act:
        held = _locked(body)
        _refuse_days(held, valid_from, last)
        seats = list(BodySeat.objects.known().filter(body=held).order_by("valid_from"))
        own = [seat for seat in seats if seat.person_id == person.pk]
        for seat in own:
            if (seat.valid_from, seat.valid_to, seat.role) == (valid_from, last, role):
                return seat
        _refuse_seat(held, seats, person, role, substitute, valid_from, last)
        given = BodySeat.objects.create(
            body=held, person=person, role=role, is_head=is_head, substitute=substitute,
            term=len(own) + 1, valid_from=valid_from, valid_to=last,
        )  # fmt: skip
        _tell(act, "body.seat", given)
    return given


def end_of_term(first: date, years: int | None) -> date | None:
    """The last day of a term of so many years that begins on the day; None for an open one."""
    if years is None:
        return None
    year = min(first.year + years, date.max.year)
    if (first.month, first.day) == (2, 29):
        return date(year, 2, 28)
    return first.replace(year=year) - timedelta(days=1)


def _refuse_days(body: Body, first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise RuleBroken(_("The last day lies before the first."))
    if first < body.opened_on or body.closed_on is not None:
        raise RuleBroken(
            _(
                "The seat begins on or after %(day)s, when the body was set up; none in a closed body."
            )
            % {"day": body.opened_on.isoformat()}
        )


def _refuse_seat(
    body: Body, seats: list[BodySeat], person: Person, role: str, substitute: Person | None,
    first: date, last: date | None,
) -> None:  # fmt: skip
    meeting = [seat for seat in seats if overlap(seat, first, last)]
    if any(seat.person_id == person.pk for seat in meeting):
        raise RuleBroken(
            _("%(name)s has a seat in these days already. End it first.") % {"name": person.name_zh}
        )
    if role == BodyRole.CHAIR and any(seat.role == BodyRole.CHAIR for seat in meeting):
        raise RuleBroken(_("The body has a chair in these days already. End that seat first."))
    if body.person_id == person.pk:
        raise RuleBroken(_("Nobody sits in the own guidance committee."))
    if substitute is not None and substitute.pk in {person.pk, *(one.person_id for one in meeting)}:
        raise RuleBroken(_("A substitute is somebody who has no seat in the body."))


def overlap(seat: BodySeat, first: date, last: date | None) -> bool:
    """Whether the seat is held on a day from the first to the last, an open end included."""
    begins = last is None or seat.valid_from <= last
    return begins and (seat.valid_to is None or seat.valid_to >= first)


def end_seat(*, seat: BodySeat, last_on: date, reason: str, by: Actor) -> BodySeat:
    """End a seat with a day, before or after what was recorded; gives the seat as it stands now.

    Raises PermissionDenied; RuleBroken without a reason, for a day before the seat began, and for
    one that would make the seat meet a later one of the same person.
    """
    may_keep_body(by, seat.body).demand()
    if not reason.strip():
        raise RuleBroken(_("Say why the seat ends: it is kept in the journal."))
    with deed(by, reason.strip()) as act:
        _locked(seat.body)
        held = BodySeat.objects.known().filter(pk=seat.pk).first()
        if held is None:
            raise RuleBroken(_("This seat was changed meanwhile. Look at the body again."))
        if held.valid_to == last_on:
            return held
        if last_on < held.valid_from:
            raise RuleBroken(
                _("The seat began on %(day)s. It ends on that day at the earliest.")
                % {"day": held.valid_from.isoformat()}
            )
        _refuse_longer(held, last_on)
        ended = supersede(held, valid_to=last_on)
        _tell(act, "body.end_seat", ended)
    return ended


def _refuse_longer(held: BodySeat, last_on: date) -> None:
    others = BodySeat.objects.known().filter(body=held.body_id, valid_from__gt=held.valid_from)
    same = Q(person=held.person_id)
    if held.role == BodyRole.CHAIR:
        same |= Q(role=BodyRole.CHAIR)
    if others.filter(same, valid_from__lte=last_on).exists():
        raise RuleBroken(_("The seat would then meet a later one. End it before that begins."))


def close_body(*, body: Body, closed_on: date, reason: str, by: Actor) -> Body:
    """Close a body: its seats end with the day, seats that would begin later are taken back.

    Closing twice with the same day does not do it twice. Raises PermissionDenied; RuleBroken
    without a reason, while a meeting is still to be held, and for a day before it was set up.
    """
    may_keep_body(by, body).demand()
    if not reason.strip():
        raise RuleBroken(_("Say why the body is closed: it is kept in the journal."))
    with deed(by, reason.strip()) as act:
        held = _locked(body)
        if held.closed_on == closed_on:
            return held
        if closed_on < held.opened_on:
            raise RuleBroken(_("The last day lies before the first."))
        if Sitting.objects.filter(body=held, state__in=ONGOING).exists():
            raise RuleBroken(_("A meeting is still to be held. Hold or cancel it first."))
        for seat in BodySeat.objects.known().filter(body=held):
            if seat.valid_from > closed_on:
                retract(seat)
            elif seat.valid_to is None or seat.valid_to > closed_on:
                supersede(seat, valid_to=closed_on)
        held.closed_on = closed_on
        held.save(update_fields=["closed_on"])
        act.write("body.close", "body", held.pk, after={"until": closed_on})
    return held


def _locked(body: Body) -> Body:
    return Body.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)


def _tell(act: Deed, verb: str, seat: BodySeat) -> None:
    after = {"person": seat.person_id, "role": seat.role, "from": seat.valid_from}
    act.write(verb, "body", seat.body_id, after=after | {"until": seat.valid_to})
    if seat.body.kind in DEGREE_KINDS:
        # Whether a member of a panel sits in the degree committee is a fact of rules.
        act.touch("person", [seat.person_id])
