from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrolmentState(models.TextChoices):
    """Where a doctoral enrolment stands (domain specification 6.4)."""

    ADMITTED = "admitted", _("admitted")
    LAPSED = "lapsed", _("lapsed")
    REGISTERED = "registered", _("registered")
    TRAINING = "training", _("in training")
    CANDIDATE = "candidate", _("proposal passed")
    MIDTERM_PASSED = "midterm_passed", _("mid-term passed")
    CLINICAL_PASSED = "clinical_passed", _("clinical competence passed")
    PREDEFENCE_PASSED = "predefence_passed", _("pre-defence passed")
    THESIS_IN_REVIEW = "thesis_in_review", _("thesis in review")
    REVISING = "revising", _("revising the thesis")
    DEFENCE_READY = "defence_ready", _("ready for the defence")
    DEFENDED = "defended", _("defended")
    GRADUATED = "graduated", _("graduated")
    AWARDED = "awarded", _("degree awarded")
    DEFERRED = "deferred", _("award deferred")
    CLOSED = "closed_without_degree", _("closed without degree")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REVOKED = "revoked", _("degree revoked")


class StudyMode(models.TextChoices):
    """How a trainee studies."""

    FULL_TIME = "full_time", _("full-time")
    IN_SERVICE = "in_service", _("in-service")


class PeriodKind(models.TextChoices):
    """A dated fact that changes how long the study may last."""

    EXTENSION = "extension", _("extension of study")
    DEFERRAL = "deferral", _("deferred award")
    SUSPENSION = "suspension", _("suspension")


class RotationKind(models.TextChoices):
    """What a clinical rotation counts as."""

    SPECIALTY = "specialty", _("specialist training")
    CHIEF_RESIDENT = "chief_resident", _("chief resident")
    EQUIVALENT_POST = "equivalent_post", _("equivalent post")
    OTHER = "other", _("other rotation")


class RotationResult(models.TextChoices):
    """The assessment at the end of a rotation."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    PASS = "pass", pgettext_lazy("rotation", "passed")
    FAIL = "fail", pgettext_lazy("rotation", "failed")


class MilestoneKind(models.TextChoices):
    """The steps of doctoral training that a panel judges."""

    PROPOSAL = "proposal", _("thesis proposal")
    MIDTERM = "midterm", _("mid-term assessment")
    CLINICAL_EXAM = "clinical_exam", _("clinical competence assessment")
    PREDEFENCE = "predefence", _("pre-defence")
    DEFENCE = "defence", _("defence")


class Outcome(models.TextChoices):
    """What a panel or an examination decided."""

    PASS = "pass", pgettext_lazy("decision", "passed")
    FAIL = "fail", pgettext_lazy("decision", "failed")


class SupervisionRole(models.TextChoices):
    """In what role a supervisor guides a trainee."""

    MAIN = "main", _("main supervisor")
    CO = "co", _("co-supervisor")


class SeatRole(models.TextChoices):
    """A person's role on a panel."""

    CHAIR = "chair", _("chair")
    MEMBER = "member", pgettext_lazy("panel", "member")
    SECRETARY = "secretary", pgettext_lazy("panel", "secretary")
    ADVISER = "adviser", pgettext_lazy("panel", "adviser without a vote")


class FieldRelation(models.TextChoices):
    """How near an expert's field is to the trainee's direction."""

    SAME = "same", _("same field")
    RELATED = "related", _("related field")
    UNRELATED = "unrelated", _("unrelated field")


class CourseKind(models.TextChoices):
    """Whether a programme demands a course."""

    REQUIRED = "required", _("required course")
    ELECTIVE = "elective", _("elective course")
