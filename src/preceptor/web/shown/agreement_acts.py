"""What can be done to an agreement and to its parts, by the word of the address."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.base.permits import Permit
from preceptor.joint.access import may_give_evidence, may_keep_agreement
from preceptor.joint.actions import (
    add_agreement_document,
    add_party,
    change_agreement,
    close_obligation,
    give_evidence,
    hide,
    leave_agreement,
    let_see,
    open_joint_school,
    put_under_agreement,
    record_signature,
    remove_party,
    renew_agreement,
    send_to_review,
    set_obligation,
    sign_agreement,
    take_back_evidence,
    terminate_agreement,
)
from preceptor.joint.models import Agreement
from preceptor.training.access import visible_enrolments
from preceptor.web.changing import Change, whom
from preceptor.web.forms.agreement import (
    AgreementForm,
    EvidenceForm,
    LastDayForm,
    ObligationForm,
    PaperForm,
    PartyForm,
    RenewalForm,
    RevisionForm,
    SchoolForm,
    SightForm,
    SignatureForm,
    TerminationForm,
    TraineeForm,
    WhyForm,
    chosen_of,
    units_within,
)
from preceptor.web.forms.confirm import ConfirmForm

Given = dict[str, Any]


def _keeps(user: Any, row: Agreement) -> Permit:
    return may_keep_agreement(user, row)


def _keeps_whole(user: Any, part: Any) -> Permit:
    """Whoever keeps the agreement changes its parts."""
    return may_keep_agreement(user, part.agreement)


def _change_form(row: Agreement, user: Any, data: QueryDict | None) -> AgreementForm:
    return AgreementForm(units_within(user, row.institution), data, row)


def _changed(row: Agreement, given: Given, user: Any) -> None:
    unit = chosen_of(units_within(user, row.institution), given.pop("unit"))
    change_agreement(agreement=row, by=user, unit=unit, **given)


def _add_paper(row: Agreement, given: Given, user: Any) -> None:
    file = given["file"]
    add_agreement_document(
        agreement=row, title=given["title"], content=file.file, file_name=file.name, by=user
    )


def _owner(row: Agreement, given: Given) -> Given:
    number = given["owner"]
    return {**given, "owner": whom(row.institution_id, number) if number.strip() else None}


def _add_obligation(row: Agreement, given: Given, user: Any) -> None:
    set_obligation(agreement=row, by=user, **_owner(row, given))


def _change_obligation(row: Any, given: Given, user: Any) -> None:
    held = row.agreement
    set_obligation(agreement=held, obligation=row, by=user, **_owner(held, given))


def _show_done(row: Any, given: Given, user: Any) -> None:
    file = given.pop("file")
    named = {"content": file.file, "file_name": file.name} if file else {}
    give_evidence(obligation=row, by=user, **given, **named)


def _put_under(row: Agreement, given: Given, user: Any) -> None:
    number = given.pop("number").strip()
    rows = visible_enrolments(user).filter(institution=row.institution_id, student_number=number)
    found = rows.select_related("unit").first()
    if found is None:
        raise InputRefused(_now("No trainee has the number %(number)s.") % {"number": number})
    put_under_agreement(agreement=row, enrolment=found, by=user, **given)


CHANGES: dict[str, Change] = {
    "change": Change(
        _("Change the agreement"), _("Keep the changes"), _("The changes are kept."),
        _change_form, _keeps, _changed,
        _("One that is in legal review goes back to drafting when it is changed."),
    ),
    "review": Change(
        _("Send to legal review"), _("Send it to review"), _("The agreement is in legal review."),
        lambda row, user, data: RevisionForm(row, data), _keeps,
        lambda row, given, user: send_to_review(agreement=row, by=user, **given),
        _("It needs a first day, an end or a reason why it has none, and two sides of which one is "
          "the institution's own."),
    ),
    "sign": Change(
        _("Declare it signed"), _("It is signed"), _("The agreement is signed."),
        lambda row, user, data: RevisionForm(row, data), _keeps,
        lambda row, given, user: sign_agreement(agreement=row, by=user, **given),
        _("Once every side has signed. After that the agreement is not changed any more: it is "
          "renewed or terminated."),
    ),
    "terminate": Change(
        _("Terminate the agreement"), _("Terminate it"), _("The termination is recorded."),
        lambda row, user, data: TerminationForm(row, data), _keeps,
        lambda row, given, user: terminate_agreement(agreement=row, by=user, **given),
        _("The day may lie ahead, as the end of a notice. From that day on no partner sees anything "
          "by this agreement."),
    ),
    "renew": Change(
        _("Renew the agreement"), _("Draft the renewal"),
        _("The renewal is drafted with the same sides. It goes through review and signature."),
        lambda row, user, data: RenewalForm(data), _keeps,
        lambda row, given, user: renew_agreement(agreement=row, by=user, **given),
        _("Whoever is under this agreement is under the new one from its first day on."),
    ),
    "party": Change(
        _("Add a side"), _("Add the side"), _("The side is added."),
        lambda row, user, data: PartyForm(row, user, data), _keeps,
        lambda row, given, user: add_party(agreement=row, by=user, **given),
    ),
    "document": Change(
        _("Add a document"), _("Add the document"), _("The document is added."),
        lambda row, user, data: PaperForm(data), _keeps, _add_paper,
    ),
    "obligation": Change(
        _("Add an obligation"), _("Add the obligation"), _("The obligation is added."),
        lambda row, user, data: ObligationForm(row, user, data), _keeps, _add_obligation,
        _("Whether it is fulfilled is read from operations where they tell it."),
    ),
    "see": Change(
        _("Let a partner see"), _("Let it see"), _("The partner sees it while the agreement is in force."),
        lambda row, user, data: SightForm(row, data), _keeps,
        lambda row, given, user: let_see(agreement=row, by=user, **given),
        _("Of the persons under this agreement, and nothing from the day on which it ends."),
    ),
    "trainee": Change(
        _("Put a trainee under the agreement"), _("Put under the agreement"),
        _("The trainee is under the agreement."),
        lambda row, user, data: TraineeForm(data), _keeps, _put_under,
    ),
    "school": Change(
        _("Open a joint school"), _("Open the school"), _("The joint school is open."),
        lambda row, user, data: SchoolForm(row, user, data), _keeps,
        lambda row, given, user: open_joint_school(agreement=row, by=user, **given),
    ),
}  # fmt: skip

#: What can be done to a part of an agreement: of which relation the part is, and the change.
PARTS: dict[str, tuple[str, Change]] = {
    "signature": ("parties", Change(
        _("Record a signature"), _("Record the signature"), _("The signature is recorded."),
        lambda row, user, data: SignatureForm(row, data), _keeps_whole,
        lambda row, given, user: record_signature(party=row, by=user, **given),
    )),
    "remove-side": ("parties", Change(
        _("Remove a side"), _("Remove the side"), _("The side is removed."),
        lambda row, user, data: ConfirmForm(data), _keeps_whole,
        lambda row, given, user: remove_party(party=row, by=user),
        _("What this side was to see goes with it."),
    )),
    "change-obligation": ("obligations", Change(
        _("Change the obligation"), _("Keep the changes"), _("The changes are kept."),
        lambda row, user, data: ObligationForm(row, user, data), _keeps_whole, _change_obligation,
    )),
    "evidence": ("obligations", Change(
        _("Give evidence"), _("Give the evidence"), _("The evidence is recorded."),
        lambda row, user, data: EvidenceForm(data), may_give_evidence, _show_done,
        _("Only what cannot be read from operations."),
    )),
    "close": ("obligations", Change(
        _("Close the obligation"), _("Close it"), _("The obligation is closed."),
        lambda row, user, data: WhyForm(data), _keeps_whole,
        lambda row, given, user: close_obligation(obligation=row, by=user, **given),
        _("One that needs no fulfilment any more is neither open nor overdue."),
    )),
    "take-back": ("evidences", Change(
        _("Take back evidence"), _("Take it back"), _("The evidence counts no more."),
        lambda row, user, data: WhyForm(data),
        lambda user, row: may_give_evidence(user, row.obligation),
        lambda row, given, user: take_back_evidence(evidence=row, by=user, **given),
    )),
    "hide": ("sights", Change(
        _("Show it to the partner no more"), _("Hide it"), _("The partner sees it no more."),
        lambda row, user, data: ConfirmForm(data), _keeps_whole,
        lambda row, given, user: hide(sight=row, by=user),
    )),
    "leave": ("trainees", Change(
        _("End of training under the agreement"), _("Record the last day"), _("The last day is recorded."),
        lambda row, user, data: LastDayForm(data), _keeps_whole,
        lambda row, given, user: leave_agreement(trainee=row, by=user, **given),
    )),
}  # fmt: skip
