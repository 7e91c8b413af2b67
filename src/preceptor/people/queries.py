"""Named reads of persons: their titles and capacities on a day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from preceptor.base.today import today

from .choices import IdentifierScheme, TitleLevel
from .models import (
    AccessKey,
    Account,
    Capacity,
    Delegation,
    Identifier,
    Person,
    Role,
    SignInLink,
    Title,
)

#: From best to least; used only to choose the best of several titles, never in a rule.
RANK = (TitleLevel.FULL, TitleLevel.ASSOCIATE, TitleLevel.INTERMEDIATE, TitleLevel.JUNIOR)

#: The end of a range of texts with one begin.
LAST = "\uffff"


def best_first(titles: Collection[Title]) -> list[Title]:
    """The titles from the highest level down; of one level the one held longest first."""
    return sorted(titles, key=lambda title: (RANK.index(TitleLevel(title.level)), title.valid_from))


def titles_on(persons: Collection[int], day: date) -> dict[int, list[Title]]:
    """For each person the titles valid on the day, best first; no entry where none is known."""
    found: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.on(day).filter(person__in=persons):
        found[title.person_id].append(title)
    return {person: best_first(titles) for person, titles in found.items()}


def capacities_on(persons: Collection[int], day: date) -> dict[int, list[Capacity]]:
    """For each person the capacities held on the day; no entry where none is known."""
    found: dict[int, list[Capacity]] = defaultdict(list)
    rows = Capacity.objects.on(day).filter(person__in=persons).select_related("unit")
    for capacity in rows:
        found[capacity.person_id].append(capacity)
    return dict(found)


def person_by(institution: int, scheme: str, value: str) -> Person | None:
    """The person whom the number names in the institution; None when it names nobody."""
    identifier = (
        Identifier.objects.filter(institution=institution, scheme=scheme, value=value)
        .select_related("person")
        .first()
    )
    return identifier.person if identifier else None


def numbered(institution: int, value: str) -> Person | None:
    """The person with this staff number, else with this student number; None when nobody has it."""
    for scheme in (IdentifierScheme.STAFF_NUMBER, IdentifierScheme.STUDENT_NUMBER):
        found = person_by(institution, scheme, value.strip())
        if found is not None:
            return found
    return None


def person_meant(
    institutions: Collection[int], text: str, known: QuerySet[Person]
) -> Person | None:
    """The person with this staff or student number in one of the institutions, else the only one of
    the `known` with just this Chinese or English name; None for nobody, and for several."""
    wanted = text.strip()
    for institution in sorted(institutions):
        found = numbered(institution, wanted)
        if found is not None:
            return found
    named = list(known.filter(Q(name_zh=wanted) | Q(name_en=wanted))[:2]) if wanted else []
    return named[0] if len(named) == 1 else None


def begins(column: str, text: str) -> Q:
    """A prefix as a range, so that the index serves it on both databases."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST})


def name_is(text: str) -> Q:
    """The condition on a person with `english` (`_persons`) that the text begins the Chinese name,
    the pinyin or the English name. The pinyin has one space, after the surname; typed text may
    lack it."""
    if not text.isascii():
        return begins("name_zh", text)
    typed = " ".join(text.lower().split())
    found = begins("name_pinyin", typed) | begins("english", text.lower())
    if " " not in typed:
        for place in range(1, min(len(typed), 8)):
            found |= begins("name_pinyin", f"{typed[:place]} {typed[place:]}")
    return found


def _persons(text: str) -> QuerySet[Any]:
    return Person.objects.alias(english=Lower(F("name_en"))).filter(name_is(text.strip()))


def matches_name(text: str) -> QuerySet[Any]:
    """The keys of persons with such a name; whoever uses it narrows it by scope."""
    return _persons(text).values("pk")


def has_name(column: str, text: str) -> Q:
    """The condition that the person in a column has such a name, asked of each row by itself."""
    return Q(Exists(_persons(text).filter(pk=OuterRef(column))))


def delegations_to(
    account: Account, on: date, case_kind: str | None = None
) -> QuerySet[Delegation]:
    """The delegations by which the account acts for others on the day, with the givers: all, or those
    that cover the kind of case ("" is any kind that nobody named, covered by a whole one only)."""
    rows = Delegation.objects.on(on).filter(taker=account, giver__is_active=True)
    if case_kind is not None:
        rows = rows.filter(Q(case_kind="") | Q(case_kind=case_kind))
    return rows.select_related("giver__person").order_by("giver_id", "id")


def delegators_of(account: Account, on: date, case_kind: str = "") -> list[Account]:
    """For whom the account acts on the day in cases of the kind; without a kind, those who delegated
    all their tasks. Not transitive: what is delegated is not passed on. Each once, by key."""
    if not account.is_active:
        return []
    found = {row.giver_id: row.giver for row in delegations_to(account, on, case_kind)}
    return list(found.values())


def digest_of(secret: str) -> str:
    """What is kept of the secret of an access key: its SHA-256, from which it cannot be told."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def account_of_key(secret: str) -> AccessKey | None:
    """The access key with its account; None where it is unknown, revoked or expired, or where its
    account is closed. It is looked up by its digest, so that no time tells how near a guess was."""
    rows = AccessKey.objects.filter(revoked_at=None, expires_on__gte=today())
    rows = rows.filter(account__is_active=True).select_related("account")
    return rows.filter(digest=digest_of(secret)).first()


def sign_in_link_of(token: str) -> SignInLink | None:
    """The link of a token that still signs in; None for one that is unknown, used or expired. Looking
    at it does not use it, because mail programs open links by themselves."""
    rows = SignInLink.objects.filter(used_at=None, expires_at__gt=timezone.now())
    return rows.filter(digest=digest_of(token)).first()


def account_named(institutions: Collection[int], text: str) -> Account | None:
    """The open account of the institutions that signs in by this name, else the one of the person
    with this staff or student number; None when nobody has it."""
    wanted = text.strip()
    rows = Account.objects.filter(is_active=True)
    of_role = Role.objects.on(today()).filter(
        Q(unit__in=institutions) | Q(unit__institution__in=institutions)
    )
    belongs = Q(person__institution__in=institutions) | Q(pk__in=of_role.values("account"))
    found = rows.filter(belongs, login=wanted).first()
    if found is not None:
        return found
    persons = [numbered(institution, wanted) for institution in sorted(institutions)]
    return rows.filter(person__in=[person for person in persons if person is not None]).first()
