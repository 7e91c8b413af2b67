"""An application is begun, filled in bit by bit, and handed in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.cases.access import may_view_case
from preceptor.cases.actions import open_case, submit_case
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.people.actions import enter_own_person
from preceptor.people.models import Account, Person

from ..access import may_apply, may_change_application
from ..models import Call, CallApplication
from ..registry import purpose_of

STATEMENT_LENGTH = 20_000
COLUMNS = frozenset({
    "host", "born_on", "country", "doctorate_on", "doctorate_from", "doctorate_discipline",
    "is_own_doctor", "is_full_time", "has_special_approval", "employer", "earlier_months",
    "statement",
})  # fmt: skip


def begin_application(*, call: Call, by: Actor, name_zh: str, name_en: str = "") -> CallApplication:
    """Begin an application: a draft that only the applicant sees. Whoever has no person yet is
    entered under this name at the institution of the call.

    Begun before, the same application is given. Raises PermissionDenied for who is not signed in,
    and while the call takes no applications; InputRefused without a name; RuleBroken for who took
    an application to this call back.
    """
    if not isinstance(by, Account):
        raise NotPermitted(_("An application is made by an account of its own."))
    with deed(by) as act:
        account = Account.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
        held = _begun(call, account)
        if held is not None:
            return held
        may_apply(by, call).demand()
        person = enter_own_person(
            account=by, institution=call.institution, name_zh=name_zh, name_en=name_en, by=by
        )
        row = CallApplication.objects.create(
            case=_opened(call, person, by), call=call, person=person, born_on=person.birth_on
        )
        act.write("application.begin", "application", row.pk, after={"call": call.number})
    return row


def _begun(call: Call, account: Account) -> CallApplication | None:
    """The account's application to the call; two clicks at once wait for each other."""
    if account.person_id is None:
        return None
    rows = CallApplication.objects.filter(call=call, person=account.person_id)
    found = rows.select_related("case", "call", "person").first()
    if found is not None and found.case.state == CaseState.WITHDRAWN:
        raise RuleBroken(_("You took your application to this call back; it cannot be made again."))
    return found


def _opened(call: Call, person: Person, by: Account) -> Case:
    title_zh, title_en = purpose_of(call).title(call)
    return open_case(
        institution=call.institution, unit=call.unit, kind=call.kind, person=person,
        title_zh=f"{title_zh}：{person.name_zh}",
        title_en=f"{title_en}: {person.name_en or person.name_zh}", by=by,
    )  # fmt: skip


def save_application(*, application: CallApplication, by: Actor, **columns: Any) -> CallApplication:
    """Keep what is filled in so far, whatever is still missing; the other columns stay.

    Raises PermissionDenied for everybody but the applicant, and once it is handed in; ValueError for
    an unknown column; InputRefused for a value that cannot be, or somebody who is no host of the
    call. Then nothing is kept.
    """
    if not columns.keys() <= COLUMNS:
        raise ValueError(f"save_application takes {sorted(COLUMNS)}")
    with deed(by) as act:
        held = locked_application(application, by)
        before = {name: getattr(held, name) for name in columns}
        for name, value in columns.items():
            setattr(held, name, value.strip() if isinstance(value, str) else value)
        _refuse_faulty(held, columns.keys())
        changed = sorted(name for name in columns if getattr(held, name) != before[name])
        if changed:
            held.save(update_fields=changed)
            # Which columns, not what: what an applicant tells of himself lies in one place.
            act.write("application.save", "application", held.pk, after={"columns": changed})
    return held


def locked_application(application: CallApplication, by: Actor) -> CallApplication:
    """The application as it stands, its case locked, in which `by` may write. Raises
    PermissionDenied."""
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.case_id)
    may_view_case(by, case).demand()
    rows = CallApplication.objects.select_related(
        "case", "call__unit", "call__institution", "person", "host"
    )
    held = rows.get(pk=application.pk)
    may_change_application(by, held).demand()
    return held


def _refuse_faulty(application: CallApplication, columns: Any) -> None:
    others = [field.name for field in application._meta.fields if field.name not in columns]
    try:
        application.clean_fields(exclude=others)
    except ValidationError as error:
        raise InputRefused("\n".join(error.messages)) from None
    if len(application.statement or "") > STATEMENT_LENGTH:
        raise InputRefused(
            _("The statement is too long: %(most)s characters at most.")
            % {"most": STATEMENT_LENGTH}
        )
    if "host" in columns and application.host is not None:
        hosts = purpose_of(application.call).hosts(application.call)
        if application.host_id not in {person.pk for person in hosts}:
            raise InputRefused(
                _("%(name)s cannot be chosen for this call. Choose somebody else.")
                % {"name": application.host.name_zh}
            )


def submit_application(
    *, application: CallApplication, by: Actor, token: str = "", passing_over: str = ""
) -> CallApplication:
    """Hand in the application: see `submit_case`; the rules of eligibility are the gate of its kind.

    The same token again changes nothing. Raises PermissionDenied; RuleBroken naming the documents
    that are missing or the rules that hold it back, and before the opening or from the closing on.
    """
    application.case = submit_case(
        case=application.case, by=by, token=token, passing_over=passing_over
    )
    return application
