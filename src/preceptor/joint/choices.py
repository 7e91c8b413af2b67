from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerKind(models.TextChoices):
    """What a partner is."""

    UNIVERSITY = "university", pgettext_lazy("partner", "university")
    HOSPITAL = "hospital", pgettext_lazy("partner", "hospital")
    INSTITUTE = "institute", pgettext_lazy("partner", "research institute")
    COMPANY = "company", pgettext_lazy("partner", "company")
    GOVERNMENT = "government", pgettext_lazy("partner", "government body")


class AgreementKind(models.TextChoices):
    """What an agreement is about."""

    STRATEGIC = "strategic", _("strategic co-operation")
    TRIPARTITE = "tripartite", _("tripartite agreement on a postdoc")
    DUAL_DEGREE = "dual_degree", _("joint school or dual degree")
    TRAINING_BASE = "training_base", _("training base")
    INSTRUMENT_SHARING = "instrument_sharing", _("sharing of instruments")
    BRANCH_CENTRE = "branch_centre", _("branch of a centre")
    EXCHANGE = "exchange", _("exchange of persons")


class AgreementState(models.TextChoices):
    """What was done with an agreement; whether it is in force follows from its days."""

    DRAFTING = "drafting", pgettext_lazy("agreement", "being drafted")
    REVIEW = "review", pgettext_lazy("agreement", "in legal review")
    SIGNED = "signed", pgettext_lazy("agreement", "signed")
    TERMINATED = "terminated", pgettext_lazy("agreement", "terminated")


class Standing(models.TextChoices):
    """Where an agreement stands on a day: computed, never stored."""

    DRAFTING = "drafting", pgettext_lazy("agreement", "being drafted")
    COMING = "coming", pgettext_lazy("agreement", "signed, not yet in force")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    EXPIRING = "expiring", pgettext_lazy("agreement", "expiring soon")
    EXPIRED = "expired", pgettext_lazy("agreement", "expired")
    RENEWED = "renewed", pgettext_lazy("agreement", "renewed")
    TERMINATED = "terminated", pgettext_lazy("agreement", "terminated")


class EvidenceKind(models.TextChoices):
    """From which operations the fulfilment of an obligation is read."""

    JOINT_COURSE = "joint_course", _("joint courses taught")
    DUAL_DEGREE = "dual_degree", _("dual degrees awarded")
    INTAKE = "intake", _("persons taken in")
    INSTRUMENT_HOURS = "instrument_hours", _("instrument hours shared")
    EVENT = "event", _("joint events held")
    CONTRIBUTION = "contribution", _("contributions received")
    DOCUMENT = "document", _("a document handed in")


class ObligationState(models.TextChoices):
    """Where an obligation stands on a day: computed, never stored."""

    OPEN = "open", pgettext_lazy("obligation", "open")
    DONE = "done", pgettext_lazy("obligation", "fulfilled")
    DONE_LATE = "done_late", pgettext_lazy("obligation", "fulfilled late")
    OVERDUE = "overdue", pgettext_lazy("obligation", "overdue")
    CLOSED = "closed", pgettext_lazy("obligation", "closed with a reason")


class Noun(models.TextChoices):
    """What one side lets the other see of the persons under their agreement."""

    TRAINEES = "trainees", pgettext_lazy("shown to a partner", "trainees and their states")
    COURSES = "courses", pgettext_lazy("shown to a partner", "courses and results")
    STANDING = "standing", pgettext_lazy("shown to a partner", "standing against the rules")
    POSTDOCS = "postdocs", pgettext_lazy("shown to a partner", "postdocs and their assessments")
    COSTS = "costs", pgettext_lazy("shown to a partner", "costs and shares")


class AwardKind(models.TextChoices):
    """What a joint programme leads to."""

    TWO_CERTIFICATES = "two_certificates", _("two degrees, two certificates")
    ONE_JOINT = "one_joint", _("one joint degree, one certificate")
    DOUBLE_MAJOR = "double_major", _("double major, one certificate")


class ContributionKind(models.TextChoices):
    """What a partner gives."""

    MONEY = "money", pgettext_lazy("contribution", "money")
    EQUIPMENT = "equipment", pgettext_lazy("contribution", "equipment")
    INSTRUMENT_HOURS = "instrument_hours", pgettext_lazy("contribution", "instrument hours")
    TEACHING_HOURS = "teaching_hours", pgettext_lazy("contribution", "teaching hours")
    SPACE = "space", pgettext_lazy("contribution", "space")


class EventKind(models.TextChoices):
    """What partners do together."""

    CONFERENCE = "conference", pgettext_lazy("joint event", "conference")
    WORKSHOP = "workshop", pgettext_lazy("joint event", "workshop")
    VISIT_IN = "visit_in", pgettext_lazy("joint event", "visit received")
    VISIT_OUT = "visit_out", pgettext_lazy("joint event", "visit paid")
    MEETING = "meeting", pgettext_lazy("joint event", "meeting of the partners")


class AbroadKind(models.TextChoices):
    """Who is abroad."""

    TRAINEE = "trainee", pgettext_lazy("abroad", "trainee")
    POSTDOC = "postdoc", pgettext_lazy("abroad", "postdoc")
    STAFF = "staff", pgettext_lazy("abroad", "staff member")
