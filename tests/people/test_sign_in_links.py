"""Links that sign applicants in: one use, one hour, and the same answer to everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.mail import send_mail
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.people.access import scope, visible_persons
from preceptor.people.actions import (
    close_account,
    enter_own_person,
    grant_role,
    open_account,
    send_sign_in_link,
    use_sign_in_link,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person, SignInLink
from preceptor.people.queries import sign_in_link_of
from small_calls import token_of
from small_kinds import START

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("addresses")]

EMAIL = "su@example.org"


def test_the_first_link_opens_an_account_without_password_or_person() -> None:
    send_sign_in_link(email=" SU@example.org ", goes_to="/calls/7/apply/")
    assert not Account.objects.filter(login=EMAIL).exists()
    account = use_sign_in_link(token=token_of(EMAIL))
    assert (account.login, account.email, account.person) == (EMAIL, EMAIL, None)
    assert not account.has_usable_password()
    assert scope(account).units == frozenset()
    assert not visible_persons(account).exists()
    send_sign_in_link(email=EMAIL)
    assert use_sign_in_link(token=token_of(EMAIL)) == account


def test_a_link_signs_in_once() -> None:
    send_sign_in_link(email=EMAIL)
    token = token_of(EMAIL)
    link = sign_in_link_of(token)
    assert link is not None
    assert sign_in_link_of(token) == link
    use_sign_in_link(token=token)
    assert sign_in_link_of(token) is None
    with pytest.raises(RuleBroken):
        use_sign_in_link(token=token)


def test_a_link_serves_an_hour_and_not_a_moment_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    send_sign_in_link(email=EMAIL)
    token, link = token_of(EMAIL), SignInLink.objects.get()
    assert link.expires_at - link.made_at == timedelta(hours=1)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: link.expires_at)
        assert sign_in_link_of(token) is None
        with pytest.raises(RuleBroken):
            use_sign_in_link(token=token)
        clock.setattr(timezone, "now", lambda: link.expires_at - timedelta(microseconds=1))
        assert use_sign_in_link(token=token).login == EMAIL


def test_after_five_links_within_the_hour_nothing_is_sent_and_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _each in range(7):
        send_sign_in_link(email=EMAIL)
    assert SignInLink.objects.filter(email=EMAIL).count() == 5
    assert OutgoingMail.objects.filter(to=EMAIL).count() == 5
    send_sign_in_link(email="other@example.org")
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    send_sign_in_link(email=EMAIL)
    assert SignInLink.objects.filter(email=EMAIL).count() == 6


def test_nothing_is_sent_to_a_closed_account_nor_to_one_that_holds_a_role(cast: Cast) -> None:
    officer = open_account(
        login="officer@example.org", name="周见山", password="x", person=None,
        email="officer@example.org", by=OPERATOR,
    )  # fmt: skip
    grant_role(
        account=officer, kind=RoleKind.OFFICE, unit=cast.institution, valid_from=START, by=OPERATOR
    )
    send_sign_in_link(email=EMAIL)
    token = token_of(EMAIL)
    closed = use_sign_in_link(token=token)
    send_sign_in_link(email=EMAIL)
    live = token_of(EMAIL)
    close_account(account=closed, by=OPERATOR)
    with pytest.raises(RuleBroken):
        use_sign_in_link(token=live)
    count = OutgoingMail.objects.count()
    for address in ("officer@example.org", EMAIL):
        send_sign_in_link(email=address)
    assert OutgoingMail.objects.count() == count


def test_an_account_that_got_a_role_since_is_not_opened_by_an_old_link(cast: Cast) -> None:
    send_sign_in_link(email=EMAIL)
    account = use_sign_in_link(token=token_of(EMAIL))
    send_sign_in_link(email=EMAIL)
    grant_role(
        account=account, kind=RoleKind.SECRETARY, unit=cast.general, valid_from=START, by=OPERATOR
    )
    with pytest.raises(RuleBroken):
        use_sign_in_link(token=token_of(EMAIL))


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "x" * 80 + "@example.org", "a b@c.org"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InputRefused):
        send_sign_in_link(email=address)
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/" + "a" * 200,
    ],
)
def test_a_link_goes_to_a_page_of_this_site_only(page: str) -> None:
    send_sign_in_link(email=EMAIL, goes_to=page)
    assert SignInLink.objects.get().goes_to == ""


def test_the_outbox_forgets_the_link_and_the_journal_never_knows_it() -> None:
    send_sign_in_link(email=EMAIL, goes_to="/calls/")
    token, mail = token_of(EMAIL), OutgoingMail.objects.get(to=EMAIL)
    assert SignInLink.objects.get().goes_to == "/calls/"
    assert token not in str(list(JournalEntry.objects.values()))
    assert token not in SignInLink.objects.get().digest
    send_mail.call(mail.pk)
    mail.refresh_from_db()
    assert mail.body == ""


def test_an_unknown_link_and_a_used_one_are_answered_in_the_same_words() -> None:
    send_sign_in_link(email=EMAIL)
    token = token_of(EMAIL)
    use_sign_in_link(token=token)
    said = []
    for one in (token, "no-such-token"):
        with pytest.raises(RuleBroken) as refusal:
            use_sign_in_link(token=one)
        said.append(str(refusal.value))
    assert said[0] == said[1]
    assert EMAIL not in said[0]


def test_holders_of_an_account_enter_their_own_person_once(cast: Cast) -> None:
    send_sign_in_link(email=EMAIL)
    account = use_sign_in_link(token=token_of(EMAIL))
    person = enter_own_person(
        account=account, institution=cast.institution, name_zh="苏未央", by=account
    )
    assert (person.name_pinyin, account.name, account.person) == ("su weiyang", "苏未央", person)
    again = enter_own_person(
        account=account, institution=cast.institution, name_zh="别名", by=account
    )
    assert again == person
    assert Person.objects.get(pk=person.pk).name_zh == "苏未央"
    other = open_account(login="o", name="o", password="x", person=None, by=OPERATOR)
    with pytest.raises(NotPermitted):
        enter_own_person(account=other, institution=cast.institution, name_zh="冒名", by=account)
    assert Account.objects.get(pk=other.pk).person is None


def test_a_personnel_office_reads_the_persons_of_its_units_and_no_trainee(cast: Cast) -> None:
    from preceptor.training.access import visible_enrolments

    account = open_account(login="hr", name="总医院人事科", password="x", person=None, by=OPERATOR)
    grant_role(
        account=account, kind=RoleKind.PERSONNEL, unit=cast.general, valid_from=START, by=OPERATOR
    )
    names = {person.name_zh for person in visible_persons(account)}
    assert names == {"江晚晴", "韩明澈", "方叔玉"}
    reach, own = scope(account), frozenset({cast.general.pk})
    assert (reach.fellows, reach.fellows_read) == (own, own)
    assert (reach.units, reach.kept, reach.institutions) == (frozenset(),) * 3
    assert not visible_enrolments(account).exists()


def test_where_fellows_are_kept_and_read_follows_from_the_roles(
    cast: Cast, office: Account, secretary: Account, leader: Account, supervisor: Account
) -> None:
    every = frozenset({cast.institution.pk, cast.general.pk, cast.cancer.pk})
    assert (scope(office).fellows, scope(office).fellows_read) == (every, every)
    assert scope(secretary).fellows == {cast.general.pk}
    assert (scope(leader).fellows, scope(leader).fellows_read) == (frozenset(), every)
    assert scope(supervisor).fellows_read == frozenset()
    assert scope(OPERATOR).keeps_fellows(cast.general.pk)
