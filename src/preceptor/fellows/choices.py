from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StationKind(models.TextChoices):
    """The four kinds of postdoctoral stations."""

    MOBILE = "mobile", _("mobile station")
    WORKSTATION = "workstation", _("workstation")
    BRANCH = "branch", _("branch station")
    PRACTICE_BASE = "practice_base", _("innovation practice base")


class StationState(models.TextChoices):
    """Where a station stands, from the need to its closing."""

    NEED = "need", pgettext_lazy("station", "needed")
    PREPARING = "preparing", pgettext_lazy("station", "being prepared")
    DEMONSTRATED = "demonstrated", pgettext_lazy("station", "demonstrated before experts")
    SUBMITTED = "submitted", pgettext_lazy("station", "submitted")
    APPROVED = "approved", pgettext_lazy("station", "approved")
    OPEN = "open", pgettext_lazy("station", "open")
    RECTIFYING = "rectifying", pgettext_lazy("station", "to be rectified")
    CLOSED = "closed", pgettext_lazy("station", "closed")
    DROPPED = "dropped", pgettext_lazy("station", "not pursued")


class Track(models.TextChoices):
    """The tracks of postdoctoral training."""

    CLINICAL = "clinical", pgettext_lazy("track", "clinical")
    BASIC = "basic", pgettext_lazy("track", "basic")
    DUAL = "dual", pgettext_lazy("track", "dual: clinical and basic")
    INCUBATION = "incubation", pgettext_lazy("track", "medicine-engineering incubation")


class IntakeSource(models.TextChoices):
    """By whom and how a postdoc was taken in."""

    OWN = "own", pgettext_lazy("intake", "own recruitment")
    JOINT = "joint", pgettext_lazy("intake", "joint intake")
    ENTERPRISE = "enterprise", pgettext_lazy("intake", "enterprise project")
    FOREIGN = "foreign", pgettext_lazy("intake", "from abroad")


class PostdocState(models.TextChoices):
    """Where a postdoc stands."""

    IN_STATION = "in_station", pgettext_lazy("postdoc", "in station")
    ON_LEAVE = "on_leave", pgettext_lazy("postdoc", "on leave")
    EXITED = "exited", pgettext_lazy("postdoc", "exited with certificate")
    LEFT_EARLY = "left_early", pgettext_lazy("postdoc", "exited early")
    TRANSFERRED = "transferred", pgettext_lazy("postdoc", "moved to another station")
    WITHDRAWN = "withdrawn", pgettext_lazy("postdoc", "withdrawn")


class StayStart(models.TextChoices):
    """How a stay began."""

    ENTRY = "entry", pgettext_lazy("stay", "entry")
    TRANSFER = "transfer", pgettext_lazy("stay", "from another station")
    CHANGE = "change", pgettext_lazy("stay", "change of track or source")


class StayEnd(models.TextChoices):
    """How a stay ended."""

    EXIT = "exit", pgettext_lazy("stay", "exit with certificate")
    EARLY_EXIT = "early_exit", pgettext_lazy("stay", "early exit")
    WITHDRAWAL = "withdrawal", pgettext_lazy("stay", "withdrawal")
    TRANSFER = "transfer", pgettext_lazy("stay", "to another station")
    CHANGE = "change", pgettext_lazy("stay", "change of track or source")


class HostRole(models.TextChoices):
    """What a supervisor is to a postdoc."""

    HOST = "host", pgettext_lazy("host", "co-operating supervisor of the mobile station")
    WORKSTATION = "workstation", pgettext_lazy("host", "supervisor of the workstation")
    CLINICAL = "clinical", pgettext_lazy("host", "clinical supervisor")
    BASIC = "basic", pgettext_lazy("host", "supervisor in basic research")
    ENGINEERING = "engineering", pgettext_lazy("host", "supervisor in engineering")


class LeaveKind(models.TextChoices):
    """A time that is not spent at the station, or added to the term."""

    MATERNITY = "maternity", pgettext_lazy("postdoc leave", "maternity leave")
    ILLNESS = "illness", pgettext_lazy("postdoc leave", "sick leave")
    ABROAD = "abroad", pgettext_lazy("postdoc leave", "stay abroad")
    OTHER = "other", pgettext_lazy("postdoc leave", "other leave")


class AssessmentKind(models.TextChoices):
    """The assessments of a postdoc."""

    ANNUAL = "annual", _("annual assessment")
    MIDTERM = "midterm", _("mid-term assessment of a postdoc")
    EXIT = "exit", _("exit assessment")


class Grade(models.TextChoices):
    """The four grades of an assessment."""

    EXCELLENT = "excellent", pgettext_lazy("grade", "excellent")
    GOOD = "good", pgettext_lazy("grade", "good")
    QUALIFIED = "qualified", pgettext_lazy("grade", "qualified")
    UNQUALIFIED = "unqualified", pgettext_lazy("grade", "not qualified")


class GroundKind(models.TextChoices):
    """What was found about a postdoc that can be a ground for withdrawal."""

    NO_DOCTORATE = "no_doctorate", _("no recognised doctorate")
    FALSE_ENTRY = "false_entry", _("false papers of entry")
    MISCONDUCT = "misconduct", _("academic misconduct")
    ETHICS = "ethics", _("breach of professional ethics")
    CONTRACT = "contract", _("breach of the agreement")
    ILLNESS = "illness", _("unable to go on through illness")
    ABSENCE = "absence", _("unexcused absence")
    ABROAD_LATE = "abroad_late", _("late return from abroad")
    DISCIPLINARY = "disciplinary", _("disciplinary sanction")
    PARTY = "party", _("sanction of the Party")
    CRIMINAL = "criminal", _("criminal sanction")
    OTHER = "other", pgettext_lazy("ground", "another ground")


class PostdocStep(models.TextChoices):
    """The requests about a postdoc."""

    ANNUAL = "annual", _("annual assessment")
    MIDTERM = "midterm", _("mid-term assessment of a postdoc")
    EXTENSION = "extension", pgettext_lazy("postdoc request", "extension of the term")
    EXIT = "exit", pgettext_lazy("postdoc request", "exit")
    TRANSFER = "transfer", pgettext_lazy("postdoc request", "move to another station")
    WITHDRAWAL = "withdrawal", pgettext_lazy("postdoc request", "withdrawal")


class MonthKind(models.TextChoices):
    """Where a month of training was spent."""

    CLINICAL = "clinical", pgettext_lazy("postdoc month", "clinical month")
    LABORATORY = "laboratory", pgettext_lazy("postdoc month", "laboratory month")


class GoalKind(models.TextChoices):
    """What an individual development plan or a contract can aim at."""

    PAPER = "paper", pgettext_lazy("goal", "papers")
    PROJECT = "project", pgettext_lazy("goal", "projects won")
    PATENT = "patent", pgettext_lazy("goal", "patents")
    FUNDING = "funding", pgettext_lazy("goal", "money won (CNY 10,000)")
    TEACHING = "teaching", pgettext_lazy("goal", "teaching hours")
    TRAINEE = "trainee", pgettext_lazy("goal", "trainees taught")
    SKILL = "skill", pgettext_lazy("goal", "skills acquired")
    OTHER = "other", pgettext_lazy("goal", "other goals")


class StageKind(models.TextChoices):
    """The stages of an incubation between medicine and engineering."""

    NEED = "need", pgettext_lazy("incubation", "clinical need")
    TEAM = "team", pgettext_lazy("incubation", "joint team")
    PROTOTYPE = "prototype", pgettext_lazy("incubation", "prototype")
    VALIDATION = "validation", pgettext_lazy("incubation", "validation")
    TRANSLATION = "translation", pgettext_lazy("incubation", "translation")


class Payer(models.TextChoices):
    """Who pays for a postdoc."""

    HOST = "host", pgettext_lazy("payer", "host unit")
    STATION = "station", pgettext_lazy("payer", "workstation or company")
    SUPERVISOR = "supervisor", pgettext_lazy("payer", "supervisor's project")
    FOUNDATION = "foundation", pgettext_lazy("payer", "foundation or government")


class SupportKind(models.TextChoices):
    """What a postdoc is given."""

    SALARY = "salary", pgettext_lazy("support", "salary")
    HOUSING = "housing", pgettext_lazy("support", "housing")
    STARTUP = "startup", pgettext_lazy("support", "start-up money")
    TRAVEL = "travel", pgettext_lazy("support", "travel")
    OTHER = "other", pgettext_lazy("support", "other support")


class AppointmentState(models.TextChoices):
    """Where the appointment of a principal investigator stands."""

    CONTRACTED = "contracted", pgettext_lazy("appointment", "contract signed")
    STARTED = "started", pgettext_lazy("appointment", "in office")
    PROBATION = "probation", pgettext_lazy("appointment", "extended probation")
    STOPPED = "stopped", pgettext_lazy("appointment", "investment stopped")
    ENDED = "ended", pgettext_lazy("appointment", "ended")


class TermEndGround(models.TextChoices):
    """Why the appointment of a principal investigator ends without a verdict."""

    RESIGNED = "resigned", pgettext_lazy("end of an appointment", "resigned")
    MOVED = "moved", pgettext_lazy("end of an appointment", "moved to another institution")
    RETIRED = "retired", pgettext_lazy("end of an appointment", "retired")
    DIED = "died", pgettext_lazy("end of an appointment", "died")
    AGREED = "agreed", pgettext_lazy("end of an appointment", "ended by mutual agreement")


class Rest(models.TextChoices):
    """Why the authority of the head of a laboratory under its charter rests."""

    CLOSING = "closing", pgettext_lazy("authority rests", "the laboratory is being closed")
    STOPPED = "stopped", pgettext_lazy("authority rests", "the investment was stopped")
    LEFT = "left", pgettext_lazy("authority rests", "the head has left the appointment")
    OVER = "over", pgettext_lazy("authority rests", "the term of the head is over")
    BEFORE = "before", pgettext_lazy("authority rests", "the term of the head has not begun")
    OTHER = "other", pgettext_lazy("authority rests", "the term here is that of somebody else")


class Verdict(models.TextChoices):
    """What an assessment of a principal investigator leads to."""

    RENEW = "renew", pgettext_lazy("assessment", "renewal")
    PROBATION = "probation", pgettext_lazy("assessment", "extended probation")
    STOP = "stop", pgettext_lazy("assessment", "stop of the investment")
    EXIT = "exit", pgettext_lazy("assessment", "exit")


class ReviewKind(models.TextChoices):
    """The assessments of a principal investigator."""

    ANNUAL = "annual", pgettext_lazy("assessment of a PI", "annual check")
    MIDTERM = "midterm", pgettext_lazy("assessment of a PI", "mid-term assessment")
    APPOINTMENT = "appointment", pgettext_lazy("assessment of a PI", "appointment assessment")


class TrancheState(models.TextChoices):
    """Where a part of the rolling investment stands."""

    PLANNED = "planned", pgettext_lazy("tranche", "planned")
    RELEASED = "released", pgettext_lazy("tranche", "released")
    HELD = "held", pgettext_lazy("tranche", "held back")
    STOPPED = "stopped", pgettext_lazy("tranche", "stopped")


class LimitKind(models.TextChoices):
    """What a principal investigator may decide alone, and in which unit it is counted."""

    HIRE = "hire", pgettext_lazy("authority", "hire persons (persons)")
    SPEND = "spend", pgettext_lazy("authority", "spend money (CNY)")
    ENROL = "enrol", pgettext_lazy("authority", "take in trainees (persons)")
    BUY = "buy", pgettext_lazy("authority", "buy equipment (CNY)")


class LimitPeriod(models.TextChoices):
    """Over which time a limit counts."""

    YEAR = "year", pgettext_lazy("limit", "each calendar year")
    TERM = "term", pgettext_lazy("limit", "while the limit holds")
    ONCE = "once", pgettext_lazy("limit", "each single decision")


class LabRole(models.TextChoices):
    """What a person is in a laboratory."""

    STAFF = "staff", pgettext_lazy("laboratory", "researcher")
    POSTDOC = "postdoc", pgettext_lazy("laboratory", "postdoc")
    TRAINEE = "trainee", pgettext_lazy("laboratory", "trainee")
    TECHNICIAN = "technician", pgettext_lazy("laboratory", "technician")


class EntryKind(models.TextChoices):
    """A movement of a laboratory's money."""

    TRANCHE = "tranche", pgettext_lazy("laboratory money", "tranche released")
    PACKAGE = "package", pgettext_lazy("laboratory money", "start package")
    SPENT = "spent", pgettext_lazy("laboratory money", "spent")
    RETURNED = "returned", pgettext_lazy("laboratory money", "returned")
