from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import StoredFile
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Account, Person

from ..choices import AppealGround, CaseState, StageKind, TaskHolder, Verb
from .kind import CaseKind


class Case(models.Model):
    """A request that ends in a decision. What it is about lies in the room that registered its kind.

    `revision` counts the steps taken: who acts says which revision was read, so that of two
    people at once one wins and the other is told.
    """

    privacy = {
        "number": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "person": Privacy.BASIC,
        "asked_by": Privacy.BASIC,
        "title_zh": Privacy.BASIC,
        "title_en": Privacy.BASIC,
        "reason": Privacy.SENSITIVE,
        "state": Privacy.BASIC,
        "stage": Privacy.BASIC,
        "stage_kind": Privacy.BASIC,
        "stage_since": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "revision": Privacy.BASIC,
        "round": Privacy.BASIC,
        "submitted_at": Privacy.BASIC,
        "decided_at": Privacy.BASIC,
        "appeal_of": Privacy.BASIC,
        "ground": Privacy.BASIC,
    }

    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    kind = models.ForeignKey(CaseKind, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    asked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="cases_asked"
    )
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    reason = EncryptedTextField(blank=True)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.DRAFT)
    stage = models.CharField(max_length=40, blank=True)
    stage_kind = models.CharField(max_length=10, choices=StageKind.choices, blank=True)
    stage_since = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    appeal_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    ground = models.CharField(max_length=10, choices=AppealGround.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["institution", "state", "-id", "submitted_at"],
                name="case_of_institution_state",
            ),
            models.Index(fields=["institution", "-id"], name="case_institution"),
            models.Index(
                fields=["unit", "state", "-id", "submitted_at"], name="case_of_unit_state"
            ),
            models.Index(fields=["person", "-id"], name="case_person"),
            models.Index(fields=["asked_by", "-id"], name="case_asked_by"),
            models.Index(fields=["due_on"], condition=Q(state=CaseState.RUNNING), name="case_due"),
            models.Index(fields=["id"], condition=Q(submitted_at=None), name="case_not_handed_in"),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


class CaseStep(models.Model):
    """One line of a case's history; `revision` makes two steps at once impossible, `token` makes
    the same click twice one step."""

    privacy = {
        "case": Privacy.BASIC,
        "revision": Privacy.BASIC,
        "stage": Privacy.BASIC,
        "verb": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
        "on_behalf_of": Privacy.BASIC,
        "at": Privacy.BASIC,
        "reason": Privacy.JUDGEMENT,
        "gate": Privacy.JUDGEMENT,
        "token": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    stage = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    reason = EncryptedTextField(blank=True)
    gate = models.JSONField(null=True, blank=True)
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["case", "revision"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.revision} {self.verb}"


class CaseParty(models.Model):
    """A person who may follow a case: its subject, the supervisor, an appellant's expert ...; `until`
    ends that. `word` is what the kind calls the person."""

    privacy = {
        "case": Privacy.BASIC,
        "person": Privacy.BASIC,
        "word": Privacy.BASIC,
        "until": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="case_parts")
    word = models.CharField(max_length=20)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person", "word"], name="case_party_once")
        ]
        indexes = [models.Index(fields=["person", "case", "until"], name="case_party_of_person")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.word}"


class Task(models.Model):
    """What waits on somebody: one row for each who has to act at the present stage.

    Held by one account, one person, or whoever holds the role for the unit. Done once; a task
    that somebody else's step made needless is closed with it (`outcome` empty).
    """

    privacy = {
        "case": Privacy.BASIC,
        "stage": Privacy.BASIC,
        "holder": Privacy.BASIC,
        "account": Privacy.BASIC,
        "person": Privacy.BASIC,
        "role": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "since": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "done_at": Privacy.BASIC,
        "done_by_key": Privacy.BASIC,
        "outcome": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    stage = models.CharField(max_length=40)
    holder = models.CharField(max_length=8, choices=TaskHolder.choices)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    role = models.CharField(max_length=12, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_key = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10, choices=Verb.choices, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["account", "due_on", "id"],
                condition=Q(done_at=None, holder=TaskHolder.ACCOUNT),
                name="task_of_account",
            ),
            models.Index(
                fields=["person", "due_on", "id"],
                condition=Q(done_at=None, holder=TaskHolder.PERSON),
                name="task_of_person",
            ),
            models.Index(
                fields=["role", "unit", "due_on", "id"],
                condition=Q(done_at=None, holder=TaskHolder.ROLE),
                name="task_of_role",
            ),
            models.Index(
                fields=["role", "institution", "due_on", "id"],
                condition=Q(done_at=None, holder=TaskHolder.ROLE),
                name="task_of_role_whole",
            ),
            models.Index(fields=["case", "done_at"], name="task_case"),
            models.Index(
                fields=["account", "case"],
                condition=Q(account__isnull=False),
                name="task_case_of_account",
            ),
            models.Index(
                fields=["person", "case"],
                condition=Q(person__isnull=False),
                name="task_case_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class CaseDocument(models.Model):
    """A document handed in with a case; a newer one of the same name takes its place and keeps it."""

    privacy = {
        "case": Privacy.BASIC,
        "name": Privacy.BASIC,
        "file": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
        "at": Privacy.BASIC,
        "replaced_at": Privacy.BASIC,
        "file_name": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "name"],
                condition=Q(replaced_at=None),
                name="case_document_one_valid",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class Reminder(models.Model):
    """A reminder that the asker sent; one a day."""

    privacy = {
        "case": Privacy.BASIC,
        "on": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reminders")
    on = models.DateField()
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "on"], name="case_reminder_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.on}"


class Hearing(models.Model):
    """The subject told of an intended refusal, what the subject said, and what was made of it
    (Degrees Law, article 39).

    `told_at` and `answer_until` are None until the facts, grounds and basis were told. Told once
    more, what was told and stated before stays as a row of its own, closed by `decided_at`.
    """

    privacy = {
        "case": Privacy.BASIC,
        "round": Privacy.BASIC,
        "facts": Privacy.JUDGEMENT,
        "told_at": Privacy.BASIC,
        "answer_until": Privacy.BASIC,
        "statement": Privacy.SENSITIVE,
        "stated_at": Privacy.BASIC,
        "wants_hearing": Privacy.BASIC,
        "heard_on": Privacy.BASIC,
        "record": Privacy.SENSITIVE,
        "decided_at": Privacy.BASIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hearings")
    round = models.PositiveSmallIntegerField()
    facts = EncryptedTextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    answer_until = models.DateField(null=True, blank=True)
    statement = EncryptedTextField(blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)
    wants_hearing = models.BooleanField(default=False)
    heard_on = models.DateField(null=True, blank=True)
    record = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at=None), name="hearing_one_open"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, answer_until=None)
                | Q(told_at__isnull=False, answer_until__isnull=False),
                name="hearing_told_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.round}"

    @property
    def is_told(self) -> bool:
        """Whether the person concerned was told the facts; nothing is decided before."""
        return self.told_at is not None and self.facts != ""
