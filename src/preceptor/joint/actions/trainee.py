"""Who is trained under an agreement, and what a partner sees of them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.letters import reader_of, write_letters
from preceptor.people.access import may_keep
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Role

from ..access import may_keep_agreement
from ..choices import Noun
from ..models import Agreement, AgreementTrainee, Partner, Sight
from ..queries import in_force
from .locking import checked, demand_order, locked
from .outside import Enrolment


def let_see(*, agreement: Agreement, partner: Partner, noun: str, by: Actor) -> Sight:
    """Let a side of the agreement see a noun of the persons under it, while it is in force.

    The agreement itself, with its clause on personal data, was decided by both sides; that one keeper
    makes use of the clause is told to the leaders of the institution by letter. Allowed already,
    nothing changes. Raises PermissionDenied; RuleBroken when the partner is no side
    of it, or the agreement has no clause on personal data, which handing records to another handler
    demands (Personal Information Protection Law, article 23).
    """
    with deed(by) as act:
        held = locked(agreement)
        may_keep_agreement(by, held).demand()
        row = Sight.objects.filter(agreement=held, partner=partner, noun=noun).first()
        if row is not None:
            return row
        _refuse_sight(held, partner)
        row = checked(Sight(agreement=held, partner=partner, noun=noun))
        row.save(force_insert=True)
        after = {"partner": partner.pk, "sees": noun}
        act.write("agreement.let_see", "agreement", held.pk, after=after)
        _tell_leaders(held, row, by)
    return row


def _tell_leaders(held: Agreement, row: Sight, by: Actor) -> None:
    """Who opened which records of persons to whom."""
    names = {
        "number": held.number, "title": held.title_zh, "partner": row.partner.name_zh,
        "by": by.actor_name,
    }  # fmt: skip

    def words() -> tuple[str, str]:
        about = names | {"noun": Noun(row.noun).label}
        return (
            gettext("%(partner)s now sees records under agreement %(number)s") % about,
            gettext(
                "%(by)s let %(partner)s see, of the persons under agreement %(number)s, “%(title)s”: "
                "%(noun)s. It can be taken back on the page of the agreement."
            )
            % about,
        )

    roles = Role.objects.on(today()).filter(unit=held.institution_id, kind=RoleKind.LEADER)
    accounts = Account.objects.filter(pk__in=roles.order_by().values("account"), is_active=True)
    readers = [reader_of(account, None) for account in accounts.order_by("pk")]
    write_letters(readers, words, f"agreement:{held.pk}:sees:{row.pk}")


def _refuse_sight(held: Agreement, partner: Partner) -> None:
    names = {"partner": partner.name_zh, "number": held.number}
    if not held.parties.filter(partner=partner).exists():
        raise RuleBroken(_("%(partner)s is no side of agreement %(number)s.") % names)
    if not held.data_clause:
        raise RuleBroken(
            _(
                "Agreement %(number)s has no clause on personal data, so that %(partner)s may see no"
                " records of persons under it."
            )
            % names
        )


def hide(*, sight: Sight, by: Actor) -> None:
    """Let a partner see it no more, from now on; hidden again, nothing changes. Raises
    PermissionDenied."""
    with deed(by) as act:
        held = locked(sight.agreement)
        may_keep_agreement(by, held).demand()
        deleted, _rows = Sight.objects.filter(pk=sight.pk).delete()
        if deleted:
            before = {"partner": sight.partner_id, "sees": sight.noun}
            act.write("agreement.hide", "agreement", held.pk, before=before)


def demand_in_force(held: Agreement, day: date) -> None:
    """Raise RuleBroken unless the agreement is in force on the day."""
    if not Agreement.objects.filter(in_force(day), pk=held.pk).exists():
        raise RuleBroken(
            _("Agreement %(number)s is not in force on %(day)s.")
            % {"number": held.number, "day": day}
        )


def put_under_agreement(
    *, agreement: Agreement, enrolment: Enrolment, first_on: date, by: Actor,
    last_on: date | None = None,
) -> AgreementTrainee:  # fmt: skip
    """Record that a trainee is trained under an agreement from the day on, until the last one where it
    is known already.

    The same days again change nothing. Raises PermissionDenied for who does not keep both the
    agreement and the trainee; RuleBroken for a trainee of another institution, days in the wrong
    order, an agreement not in force on the first one, or a trainee under it already.
    """
    may_keep(by, enrolment.unit).demand()
    demand_order(first_on, last_on)
    with deed(by) as act:
        held = locked(agreement)
        may_keep_agreement(by, held).demand()
        row = AgreementTrainee.objects.filter(agreement=held, enrolment=enrolment).first()
        if row is not None and (row.first_on, row.last_on) == (first_on, last_on):
            return row
        _refuse_trainee(held, enrolment, row)
        demand_in_force(held, first_on)
        row = AgreementTrainee.objects.create(
            agreement=held, enrolment=enrolment, first_on=first_on, last_on=last_on
        )
        after = {"agreement": held.pk, "from": first_on, "to": last_on}
        act.write("agreement.join", "enrolment", enrolment.pk, after=after)
        act.touch("enrolment", [enrolment.pk])
    return row


def _refuse_trainee(held: Agreement, enrolment: Enrolment, row: AgreementTrainee | None) -> None:
    if enrolment.institution_id != held.institution_id:
        raise RuleBroken(
            _("Trainee %(trainee)s is of another institution, which keeps its own agreements.")
            % {"trainee": enrolment.student_number}
        )
    if row is not None and row.last_on is not None and row.last_on < today():
        raise RuleBroken(
            _(
                "Trainee %(trainee)s was under agreement %(number)s until %(day)s. Nobody joins twice."
            )
            % {"trainee": enrolment.student_number, "number": held.number, "day": row.last_on}
        )
    if row is not None:
        raise RuleBroken(
            _("Trainee %(trainee)s is under agreement %(number)s already, since %(day)s.")
            % {"trainee": enrolment.student_number, "number": held.number, "day": row.first_on}
        )


def leave_agreement(
    *, trainee: AgreementTrainee, last_on: date, by: Actor, reason: str = ""
) -> AgreementTrainee:
    """Record the last day of a trainee under an agreement, that day included; it may correct an
    earlier one.

    The same day again changes nothing. Raises PermissionDenied, and RuleBroken for a day before the
    first.
    """
    may_keep(by, trainee.enrolment.unit).demand()
    with deed(by, reason.strip()) as act:
        held = locked(trainee.agreement)
        may_keep_agreement(by, held).demand()
        row = AgreementTrainee.objects.get(pk=trainee.pk)
        if row.last_on == last_on:
            return row
        demand_order(row.first_on, last_on)
        before = {"agreement": held.pk, "to": row.last_on}
        row.last_on = last_on
        row.save(update_fields=["last_on"])
        after = {"agreement": held.pk, "to": last_on}
        act.write("agreement.leave", "enrolment", row.enrolment_id, before=before, after=after)
        act.touch("enrolment", [row.enrolment_id])
    return row
