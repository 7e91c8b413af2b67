"""Scope: what an account may reach, computed in one place for lists, pages, exports and search."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Operator
from preceptor.base.kept import Asked, Kept, Statement
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.base.together import Prepared, Set
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.institutions.queries import name_of, right_below, units_below

from .choices import CapacityKind, DelegationKind, RoleKind
from .models import (
    Absence,
    AccessKey,
    Account,
    Capacity,
    Contact,
    Delegation,
    Person,
    Role,
    SavedSearch,
    Tie,
)
from .queries import delegations_to

READING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE, RoleKind.LEADER})
KEEPING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE})
#: Who keeps the records of postdocs and principal investigators, and who reads them besides.
FELLOWS = frozenset({RoleKind.PERSONNEL, RoleKind.SECRETARY, RoleKind.OFFICE})
#: In these capacities somebody can judge others.
JUDGES = (CapacityKind.STAFF, CapacityKind.PHYSICIAN, CapacityKind.EXTERNAL)


@dataclass(frozen=True)
class Scope:
    """The reach of one account.

    `units` are read, `kept` may also be written. `institutions` are read whole, so that a list
    of all their records needs no list of units; `parts` are the units read besides these.
    `fellows` are the units where postdocs and principal investigators are kept, `fellows_read`
    where they are read. A personnel office reads the persons of its `staff_institutions` and
    `staff_parts`, and no trainee's records. `institution` is the one in which the account acts; None where it has no role. `everything`
    is the command line. `marks` are what other rooms know of who holds a role (`register_mark`).
    `roles` are the roles of today, with their units, and `relations` the units right below each
    unit; empty where neither a role nor a giver's role reads. `given` are the delegations by which
    the account acts for others today, and `givers_roles` the roles of these others, with their
    units; nothing of them widens the reach. `digest` is one of all that the scope was made of: who
    has the same one has the same reach. None for the command line and a stranger.
    """

    everything: bool = False
    person: int | None = None
    institutions: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()
    fellows: frozenset[int] = frozenset()
    fellows_read: frozenset[int] = frozenset()
    staff_institutions: frozenset[int] = frozenset()
    staff_parts: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    institution: Unit | None = field(default=None, compare=False)
    roles: tuple[Role, ...] = field(default=(), compare=False, repr=False)
    relations: Mapping[int, Sequence[int]] = field(default_factory=dict, compare=False, repr=False)
    given: tuple[Delegation, ...] = field(default=(), compare=False, repr=False)
    givers_roles: tuple[Role, ...] = field(default=(), compare=False, repr=False)
    digest: tuple[Hashable, ...] | None = field(default=None, compare=False, repr=False)

    def reads(self, unit: int) -> bool:
        """Whether records of the unit may be read."""
        return self.everything or unit in self.units

    def keeps(self, unit: int) -> bool:
        """Whether records of the unit may be written."""
        return self.everything or unit in self.kept

    def keeps_fellows(self, unit: int) -> bool:
        """Whether postdocs, principal investigators and calls of the unit may be written."""
        return self.everything or unit in self.fellows

    def reads_fellows(self, unit: int) -> bool:
        """Whether postdocs, principal investigators and calls of the unit may be read."""
        return self.everything or unit in self.fellows_read

    def within(self, unit_field: str, institution_field: str) -> Q:
        """The filter for records placed in a unit; matches nothing when nothing is in reach."""
        if self.everything:
            return Q()
        whole = Q(**{f"{institution_field}__in": self.institutions})
        return whole | Q(**{f"{unit_field}__in": self.parts})


#: What is known in another room of the person who holds a role: by the word, the question asked of it.
_MARKS: dict[str, Callable[[OuterRef], Exists | Q]] = {}


def register_mark(word: str, asks: Callable[[OuterRef], Exists | Q]) -> None:
    """Have the scope of who holds a role tell by `marks` whether something is so of the person, such as
    a term as a postdoc. Asked with the roles, without a query of its own."""
    _MARKS[word] = asks


def _roles(account: Account) -> QuerySet[Role]:
    held = Role.objects.on(today()).filter(account=account)
    marks = {f"is_{word}": asks(OuterRef("account__person")) for word, asks in _MARKS.items()}
    return held.annotate(**marks).select_related("unit__institution").order_by("pk")


def _relations(account: Account, given: QuerySet[Delegation]) -> QuerySet[UnitRelation]:
    """The relations of units today, for who holds a role that reads units, or acts for one who does;
    else none."""
    givers = given.order_by().values("giver")
    reading = Role.objects.on(today()).filter(
        Q(account=account) | Q(account__in=givers), kind__in=[*READING, RoleKind.PERSONNEL]
    )
    return UnitRelation.objects.on(today()).filter(Exists(reading))


def _roles_of_givers(given: QuerySet[Delegation]) -> QuerySet[Role]:
    rows = Role.objects.on(today()).filter(account__in=given.order_by().values("giver"))
    return rows.select_related("unit").order_by("pk")


def _reached(account: Account) -> Sequence[Set]:
    given = delegations_to(account, today())
    return [
        Set(_roles(account)),
        Set(_relations(account, given), ("upper_id", "lower_id")),
        Set(given),
        Set(_roles_of_givers(given)),
    ]


#: What every page asks about its reader.
_REACH = Prepared(_reached)


def scope(user: Any) -> Scope:
    """What the user may reach; nothing for a stranger. Kept on the account for the request."""
    if isinstance(user, Operator):
        return Scope(everything=True)
    if not isinstance(user, Account) or not user.is_active:
        return Scope()
    kept: Scope | None = getattr(user, "_scope", None)
    if kept is None:
        kept = user._scope = _scope_of(user)  # type: ignore[attr-defined]
    return kept


#: The statements of readers that were asked for last: some 10 KB each.
_KEPT = Kept(most=512)


def rows_for(user: Any, name: Hashable, made: Callable[[], Asked]) -> list[tuple[Any, ...]]:
    """The rows of a queryset of `values_list` that is made for the user; one query, none for None.

    The statement is made once for a reach and a day. `made` reads of the user nothing but keys and
    the scope, of the rest nothing but the day, and whatever else it depends on is in the `name`.
    """
    return _statement(user, name, made).rows()


def count_for(user: Any, name: Hashable, made: Callable[[], Asked]) -> int:
    """How many rows there are; all else is as in `rows_for`."""
    return _statement(user, name, made).count()


def _statement(user: Any, name: Hashable, made: Callable[[], Asked]) -> Statement:
    digest = scope(user).digest
    if digest is None:
        return Statement.of(made())
    return _KEPT.statement((name, digest, today()), made)


def _scope_of(account: Account) -> Scope:
    (roles, related, given_today, givers_roles), told = _REACH.told(account)
    reading = [role for role in roles if role.kind in READING]
    staff = [role for role in roles if role.kind == RoleKind.PERSONNEL]
    whole, staffed = _whole(reading), _whole(staff)
    relations = right_below(related)

    def below(roles: Iterable[Role]) -> frozenset[int]:
        return units_below((role.unit_id for role in roles), relations=relations)

    return Scope(
        person=account.person_id,
        institutions=whole,
        units=below(reading),
        parts=below(role for role in reading if role.unit_id not in whole),
        kept=below(role for role in reading if role.kind in KEEPING),
        fellows=below(role for role in roles if role.kind in FELLOWS),
        fellows_read=below([*reading, *staff]),
        staff_institutions=staffed,
        staff_parts=below(role for role in staff if role.unit_id not in staffed),
        kinds=frozenset(role.kind for role in roles),
        marks=frozenset(
            word for word in _MARKS if any(getattr(role, f"is_{word}") for role in roles)
        ),
        institution=next((role.unit.institution or role.unit for role in roles), None),
        roles=tuple(roles),
        relations=relations,
        given=tuple(given_today),
        givers_roles=tuple(givers_roles),
        digest=(account.pk, account.person_id, told),
    )


def _whole(roles: Iterable[Role]) -> frozenset[int]:
    """The institutions that some of the roles hold as a whole."""
    return frozenset(role.unit_id for role in roles if role.unit.institution_id is None)


def below(user: Any, unit: int) -> frozenset[int]:
    """The unit and all units below it today; no query for an account that reads units, whose
    relations are known from its scope."""
    return units_below([unit], relations=scope(user).relations or None)


def may_keep(user: Any, unit: Unit) -> Permit:
    """Whether the user may write records placed in the unit."""
    if scope(user).keeps(unit.pk):
        return GRANTED
    return refused(
        _("Only the graduate school office, or the secretary of %(unit)s, may do this.")
        % {"unit": name_of(unit)}
    )


def may_keep_institution(user: Any, institution: Unit) -> Permit:
    """Whether the user may write to the records of the whole institution."""
    if scope(user).keeps(institution.pk):
        return GRANTED
    return refused(_("Only the graduate school office may do this."))


def visible_persons(user: Any) -> QuerySet[Person]:
    """Persons of the user's institutions, those who hold a capacity in the user's units today,
    and the user's own person. A personnel office reads the persons of its own units so."""
    reach = scope(user)
    if reach.everything:
        return Person.objects.all()
    units = reach.parts | reach.staff_parts
    posted = Capacity.objects.on(today()).filter(unit__in=units)
    return Person.objects.filter(
        Q(pk=reach.person)
        | Q(institution__in=reach.institutions | reach.staff_institutions)
        | Q(pk__in=posted.values("person"))
    )


def visible_judges(user: Any) -> QuerySet[Person]:
    """The visible persons who can sit on the board of a request: who holds a post or is an external
    expert today, and who is known from a contact with an employer."""
    posted = Capacity.objects.on(today()).filter(kind__in=JUDGES).order_by()
    known = Contact.objects.exclude(employer_zh="", employer_en="")
    is_known = Q(pk__in=posted.values("person")) | Q(pk__in=known.values("person"))
    return visible_persons(user).filter(is_known)


def may_keep_fellows(user: Any, unit: Unit) -> Permit:
    """Whether the user may write records of postdocs, principal investigators and calls placed in
    the unit: a personnel office, the graduate school office, or the unit's secretary."""
    if scope(user).keeps_fellows(unit.pk):
        return GRANTED
    return refused(
        _(
            "Only the personnel office, the graduate school office or the secretary of %(unit)s may do this."
        )
        % {"unit": name_of(unit)}
    )


def may_open_account(user: Any, person: Person | None) -> Permit:
    """Whether the user may open an account for the person; without one, only the operator may."""
    if person is not None:
        return may_keep_institution(user, person.institution)
    if scope(user).everything:
        return GRANTED
    return refused(_("An account without a person is opened by the operator."))


def may_change_password(user: Any, account: Account) -> Permit:
    """Whether the user may give the account another password: only the own, or as operator."""
    if scope(user).everything or (isinstance(user, Account) and user.pk == account.pk):
        return GRANTED
    return refused(_("Everybody chooses the own password; the operator may set a new one."))


def may_keep_keys(user: Any, account: Account) -> Permit:
    """Whether the user may make and revoke keys of the account: only of the own, or as operator."""
    if scope(user).everything or (isinstance(user, Account) and user.pk == account.pk):
        return GRANTED
    return refused(_("Everybody keeps the own access keys; the operator may revoke any."))


def visible_keys(user: Any) -> QuerySet[AccessKey]:
    """The access keys of the user's own account; all of them for the operator."""
    if scope(user).everything:
        return AccessKey.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return AccessKey.objects.none()
    return AccessKey.objects.filter(account=user)


def may_grant_role(user: Any, kind: str, unit: Unit) -> Permit:
    """Whether the user may let an account act in the unit; operators are named by operators."""
    if kind == RoleKind.OPERATOR and not scope(user).everything:
        return refused(_("The role of a system operator is granted by the operator."))
    return may_keep_institution(user, unit.institution or unit)


def visible_accounts(user: Any) -> QuerySet[Account]:
    """Accounts of persons of the institutions that the user keeps whole, and those that hold or
    held a role there; the operator sees all."""
    reach = scope(user)
    if reach.everything:
        return Account.objects.all()
    kept = reach.institutions & reach.kept
    acting = Role.objects.known().filter(Q(unit__in=kept) | Q(unit__institution__in=kept))
    return Account.objects.filter(
        Q(person__institution__in=kept) | Q(pk__in=acting.values("account"))
    )


def visible_searches(user: Any) -> QuerySet[SavedSearch]:
    """The searches that the user saved; nobody sees another's, not even the operator."""
    return SavedSearch.objects.filter(account=user.pk if isinstance(user, Account) else None)


def may_change_search(user: Any, search: SavedSearch) -> Permit:
    """Whether the user may rename or remove a saved search: only the own."""
    if isinstance(user, Account) and user.pk == search.account_id:
        return GRANTED
    return refused(_("Only the one who saved a search may change it."))


def institutions_of(account: Account) -> set[int]:
    """The institutions to which the account belongs: by its person, and by its roles today."""
    found = {role.unit.institution_id or role.unit_id for role in _roles(account)}
    if account.person is not None:
        found.add(account.person.institution_id)
    return found


def _keeps_account(user: Any, account: Account) -> bool:
    """Whether the user is the office of an institution to which the account belongs."""
    reach = scope(user)
    if reach.everything:
        return True
    kept = reach.institutions & reach.kept
    return bool(kept) and bool(kept & institutions_of(account))


def _is_own(user: Any, person: int) -> bool:
    return isinstance(user, Account) and user.is_active and user.person_id == person


def may_delegate(user: Any, giver: Account, kind: str) -> Permit:
    """Whether the user may let somebody act for the giver: the giver by delegation, the office by
    substitution."""
    if kind == DelegationKind.DELEGATION:
        if isinstance(user, Account) and user.is_active and user.pk == giver.pk:
            return GRANTED
        return refused(_("Only the holder delegates; the office sets a substitution."))
    if _keeps_account(user, giver):
        return GRANTED
    return refused(_("Only the graduate school office sets a substitution."))


def may_end_delegation(user: Any, delegation: Delegation) -> Permit:
    """Whether the user may end a delegation: who gave it, who took it, or the office."""
    if isinstance(user, Account) and user.pk in (delegation.giver_id, delegation.taker_id):
        return GRANTED
    return may_keep_institution(user, delegation.institution)


def visible_delegations(user: Any) -> QuerySet[Delegation]:
    """Delegations that the user gave or took, and those of institutions that the user keeps."""
    reach = scope(user)
    rows = Delegation.objects.known()
    if reach.everything:
        return rows
    own = user.pk if isinstance(user, Account) and user.is_active else None
    kept = reach.institutions & reach.kept
    return rows.filter(Q(giver=own) | Q(taker=own) | Q(institution__in=kept))


def may_keep_contact(user: Any, person: Person) -> Permit:
    """Whether the user may record how a person is reached: the own person, or an officer."""
    return GRANTED if _is_own(user, person.pk) else _may_keep_person(user, person)


def visible_contacts(user: Any) -> QuerySet[Contact]:
    """How the own person is reached, and those whose records the user keeps; nobody else's."""
    reach = scope(user)
    if reach.everything:
        return Contact.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return Contact.objects.none()
    posted = Capacity.objects.on(today()).filter(unit__in=reach.kept)
    return Contact.objects.filter(
        Q(person=reach.person)
        | Q(person__institution__in=reach.kept)
        | Q(person__in=posted.values("person"))
    )


def may_declare_tie(user: Any, person: Person) -> Permit:
    """Whether the user may declare a tie of the person: the own, or an officer for the person."""
    return GRANTED if _is_own(user, person.pk) else _may_keep_person(user, person)


def may_withdraw_tie(user: Any, tie: Tie) -> Permit:
    """Whether the user may withdraw a tie; nobody withdraws the own one, as it protects others."""
    if _is_own(user, tie.person_id) or _is_own(user, tie.other_id):
        return refused(
            _(
                "A declared tie protects others, so that neither of the two withdraws it. Ask the "
                "graduate school office."
            )
        )
    return may_keep_institution(user, tie.person.institution)


def may_read_tie_note(user: Any, tie: Tie) -> Permit:
    """Whether the user may read the remark of a tie: whose tie it was declared to be, and the office
    that keeps it; never the other of the two."""
    if _is_own(user, tie.other_id):
        return refused(_("The remark is for who declared the tie and for the office."))
    if _is_own(user, tie.person_id):
        return GRANTED
    return may_keep_institution(user, tie.person.institution)


def visible_ties(user: Any) -> QuerySet[Tie]:
    """Ties of the own person, and of persons of institutions that the user keeps."""
    reach = scope(user)
    rows = Tie.objects.known()
    if reach.everything:
        return rows
    kept = reach.institutions & reach.kept
    own = Q(person=reach.person) | Q(other=reach.person) if reach.person else Q(pk__in=())
    return rows.filter(own | Q(person__institution__in=kept))


def may_record_absence(user: Any, person: Person) -> Permit:
    """Whether the user may record when a person cannot act: the own person, or an officer."""
    return GRANTED if _is_own(user, person.pk) else _may_keep_person(user, person)


def visible_absences(user: Any) -> QuerySet[Absence]:
    """Absences of the own person, and of persons whom the user keeps."""
    reach = scope(user)
    rows = Absence.objects.known()
    if reach.everything:
        return rows
    kept = Person.objects.filter(pk__in=visible_persons(user).values("pk"))
    persons = kept.values("pk") if reach.kinds & KEEPING else Person.objects.none().values("pk")
    return rows.filter(Q(person=reach.person) | Q(person__in=persons))


def _may_keep_person(user: Any, person: Person) -> Permit:
    """Whether the person is one of those whose records the user keeps: of the institution, or by a
    capacity in one of the units."""
    reach = scope(user)
    if reach.keeps(person.institution_id):
        return GRANTED
    posted = Capacity.objects.on(today()).filter(person=person, unit__in=reach.kept)
    if reach.kept and posted.exists():
        return GRANTED
    return refused(_("Only the person, or an officer who keeps the records, may do this."))
