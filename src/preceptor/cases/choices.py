from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseState(models.TextChoices):
    """Where a request stands as a whole."""

    DRAFT = "draft", pgettext_lazy("case", "being prepared")
    RUNNING = "running", pgettext_lazy("case", "in progress")
    RETURNED = "returned", pgettext_lazy("case", "returned for correction")
    GRANTED = "granted", pgettext_lazy("case", "granted")
    REFUSED = "refused", pgettext_lazy("case", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("case", "withdrawn")


class KindState(models.TextChoices):
    """Where a version of a case kind stands."""

    DRAFT = "draft", pgettext_lazy("case kind", "draft")
    PROPOSED = "proposed", pgettext_lazy("case kind", "proposed")
    IN_FORCE = "in_force", pgettext_lazy("case kind", "in force")
    ENDED = "ended", pgettext_lazy("case kind", "replaced")


class StageKind(models.TextChoices):
    """What happens at a stage."""

    REVIEW = "review", _("opinion or approval")
    COMPOSE = "compose", _("composition of the panel")
    SITTING = "sitting", _("sitting and vote")
    NOTICE = "notice", _("public notice")
    HEARING = "hearing", _("notice of intent and hearing")


class Verb(models.TextChoices):
    """What somebody did to a case; one line of its history."""

    OPEN = "open", pgettext_lazy("case step", "prepared")
    SUBMIT = "submit", pgettext_lazy("case step", "submitted")
    AGREE = "agree", pgettext_lazy("case step", "agreed")
    REFUSE = "refuse", pgettext_lazy("case step", "refused")
    RETURN = "return", pgettext_lazy("case step", "returned for correction")
    COMPOSE = "compose", pgettext_lazy("case step", "composed the panel")
    DECIDE = "decide", pgettext_lazy("case step", "result of the vote")
    PUBLISH = "publish", pgettext_lazy("case step", "public notice ended")
    TELL = "tell", pgettext_lazy("case step", "told what is intended, with the facts")
    HEAR = "hear", pgettext_lazy("case step", "heard")
    LATE = "late", pgettext_lazy("case step", "the time was over")
    CLIMB = "climb", pgettext_lazy("case step", "passed on: beyond the own authority")
    WITHDRAW = "withdraw", pgettext_lazy("case step", "withdrew the request")
    APPEAL = "appeal", pgettext_lazy("case step", "appealed")
    REOPEN = "reopen", pgettext_lazy("case step", "reopened after an appeal")


class TaskHolder(models.TextChoices):
    """With whom a task lies."""

    ACCOUNT = "account", _("one account")
    PERSON = "person", _("one person")
    ROLE = "role", _("whoever holds the role")


class DayKind(models.TextChoices):
    """How a day of the official calendar differs from the week."""

    HOLIDAY = "holiday", _("holiday")
    WORKDAY = "workday", _("make-up working day")


class BodyKind(models.TextChoices):
    """The standing bodies of an institution."""

    DEGREE = "degree", _("degree evaluation committee")
    DEGREE_SUB = "degree_sub", _("degree evaluation sub-committee")
    TEACHING_SUPERVISION = "teaching_supervision", _("teaching-supervision committee")
    GUIDANCE = "guidance", _("guidance committee")
    ACADEMIC = "academic", _("academic committee")
    TALENT_TRAINING = "talent_training", _("talent-training committee")
    EDUCATION = "education", _("education committee")
    INSTRUMENT = "instrument", _("instrument committee")


class BodyRole(models.TextChoices):
    """A person's place at a sitting or in a standing body."""

    CHAIR = "chair", pgettext_lazy("body", "chair")
    DEPUTY_CHAIR = "deputy_chair", pgettext_lazy("body", "deputy chair")
    MEMBER = "member", pgettext_lazy("body", "member")
    SECRETARY = "secretary", pgettext_lazy("body", "secretary")
    ADVISER = "adviser", pgettext_lazy("body", "adviser without a vote")


class SittingState(models.TextChoices):
    """Where a sitting stands."""

    PLANNED = "planned", pgettext_lazy("sitting", "being planned")
    CALLED = "called", pgettext_lazy("sitting", "members invited")
    OPEN = "open", pgettext_lazy("sitting", "in session")
    CLOSED = "closed", pgettext_lazy("sitting", "closed")
    CANCELLED = "cancelled", pgettext_lazy("sitting", "cancelled")


class Answer(models.TextChoices):
    """What an invited person answered."""

    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class ItemState(models.TextChoices):
    """Where an item of an agenda stands."""

    LISTED = "listed", pgettext_lazy("agenda item", "on the agenda")
    OPEN = "open", pgettext_lazy("agenda item", "open for the vote")
    DECIDED = "decided", pgettext_lazy("agenda item", "decided")
    NOTED = "noted", pgettext_lazy("agenda item", "discussed without a vote")
    POSTPONED = "postponed", pgettext_lazy("agenda item", "postponed")


class Choice(models.TextChoices):
    """What a voter chose."""

    FOR = "for", pgettext_lazy("vote", "in favour")
    AGAINST = "against", pgettext_lazy("vote", "against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "abstention")


class VoteResult(models.TextChoices):
    """What a vote decided."""

    PASSED = "passed", pgettext_lazy("vote", "carried")
    FAILED = "failed", pgettext_lazy("vote", "not carried")


class LinkPurpose(models.TextChoices):
    """The one task that an answer link is bound to."""

    INVITATION = "invitation", _("answer an invitation")
    BALLOT = "ballot", _("cast a ballot")


class LetterState(models.TextChoices):
    """Where an outside letter stands."""

    ASKED = "asked", pgettext_lazy("outside letter", "asked for")
    GIVEN = "given", pgettext_lazy("outside letter", "received")
    DECLINED = "declined", pgettext_lazy("outside letter", "declined")
    REVOKED = "revoked", pgettext_lazy("outside letter", "taken back")


class NoticeState(models.TextChoices):
    """Where a public notice stands."""

    OPEN = "open", pgettext_lazy("public notice", "on display")
    CLEAR = "clear", pgettext_lazy("public notice", "ended without an upheld objection")
    UPHELD = "upheld", pgettext_lazy("public notice", "ended with an upheld objection")


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", pgettext_lazy("objection", "not decided yet")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")


class AdviceState(models.TextChoices):
    """What became of a body's advice."""

    OPEN = "open", pgettext_lazy("advice", "to be followed up")
    DONE = "done", pgettext_lazy("advice", "done")
    DECLINED = "declined", pgettext_lazy("advice", "not taken up")


class AppealGround(models.TextChoices):
    """Against what an appeal is made (Degrees Law, articles 40 and 41)."""

    ACADEMIC = "academic", _("the experts' academic opinion")
    DECISION = "decision", _("the decision")
