from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(models.TextChoices):
    MALE = "male", _("male")
    FEMALE = "female", _("female")


class TitleSeries(models.TextChoices):
    """The series of professional titles (GB/T 8561)."""

    TEACHER = "teacher", _("teacher")
    PHYSICIAN = "physician", _("physician")
    RESEARCHER = "researcher", _("researcher")
    TECHNICIAN = "technician", _("technician")
    NURSE = "nurse", _("nurse")
    ENGINEER = "engineer", _("engineer")


class TitleLevel(models.TextChoices):
    """The level of a professional title (GB/T 12407)."""

    FULL = "full", _("full senior")
    ASSOCIATE = "associate", _("associate senior")
    INTERMEDIATE = "intermediate", _("intermediate")
    JUNIOR = "junior", _("junior")


class CapacityKind(models.TextChoices):
    """In what capacity a person belongs to a unit."""

    STAFF = "staff", _("staff member")
    PHYSICIAN = "physician", _("physician in clinical work")
    EXTERNAL = "external", _("external expert")
    FLEXIBLE = "flexible", _("flexible appointment")
    DEGREE_COMMITTEE = "degree_committee", _("member of the degree committee or a sub-committee")


class IdentifierScheme(models.TextChoices):
    """What kind of number names a person."""

    STAFF_NUMBER = "staff_number", _("staff number")
    STUDENT_NUMBER = "student_number", _("student number")
    EXPERT = "expert", _("expert named in a workbook")
    NATIONAL = "national", _("national identity number")
    DEMO = "demo", _("demo number")


class RoleKind(models.TextChoices):
    """What an account may do, within its unit and everything below it."""

    TRAINEE = "trainee", _("trainee")
    SUPERVISOR = "supervisor", _("supervisor")
    SECRETARY = "secretary", _("secretary")
    OFFICE = "office", _("graduate school office")
    PERSONNEL = "personnel", _("personnel office")
    LEADER = "leader", _("leader")
    OPERATOR = "operator", _("system operator")


class TieKind(models.TextChoices):
    """What ties two persons so closely that one may not judge the other."""

    KINSHIP = "kinship", _("kinship")
    FINANCIAL = "financial", _("financial interest")
    DISPUTE = "dispute", _("dispute")
    OTHER = "other", pgettext_lazy("tie", "other tie")


class DelegationKind(models.TextChoices):
    """Why one account acts for another."""

    DELEGATION = "delegation", _("delegation")
    SUBSTITUTION = "substitution", _("substitution during an absence")
