from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(models.TextChoices):
    """What a unit is."""

    UNIVERSITY = "university", _("university")
    CAMPUS = "campus", _("campus")
    COLLEGE = "college", _("college")
    HOSPITAL = "hospital", _("university hospital")
    CLINICAL_COLLEGE = "clinical_college", _("non-affiliated clinical college")
    TRAINING_BASE = "training_base", _("training base")
    TEACHING_OFFICE = "teaching_office", _("teaching and research office")
    INSTITUTE = "institute", _("institute")
    LABORATORY = "laboratory", _("independent laboratory")
    JOINT_SCHOOL = "joint_school", _("joint school")
    PROGRAMME = "programme", pgettext_lazy("unit", "programme with rules of its own")
    OUTSIDE = "outside", _("outside institution")


class RelationKind(models.TextChoices):
    """What a unit is to the unit above it."""

    PART_OF = "part_of", _("part of")
    AFFILIATED = "affiliated", _("affiliated hospital of")
    CLINICAL_COLLEGE_OF = "clinical_college_of", _("non-affiliated clinical college of")
    TRAINING_BASE_OF = "training_base_of", _("training base of")
    TEACHING_OFFICE_OF = "teaching_office_of", _("teaching and research office of")
    LABORATORY_OF = "laboratory_of", _("laboratory of")
    JOINT_SCHOOL_OF = "joint_school_of", _("joint school of")


class DisciplineLevel(models.TextChoices):
    """Where an entry stands in the discipline catalogue."""

    CATEGORY = "category", _("discipline category")
    FIRST = "first", _("first-level discipline")
    DIRECTION = "direction", _("direction")
    SUB_SPECIALTY = "sub_specialty", _("sub-specialty")


class DegreeType(models.TextChoices):
    """The law's two types of degree (Degrees Law, article 2)."""

    ACADEMIC = "academic", _("academic degree")
    PROFESSIONAL = "professional", _("professional degree")


class DegreeLevel(models.TextChoices):
    """The law's levels of degree (Degrees Law, article 2)."""

    MASTER = "master", _("master")
    DOCTOR = "doctor", _("doctor")


class RegulationLayer(models.TextChoices):
    """Who made a regulation; an upper layer binds the lower ones."""

    STATUTE = "statute", _("statute")
    MINISTRY = "ministry", _("ministry")
    PROVINCE = "province", _("province")
    UNIVERSITY = "university", pgettext_lazy("who made a regulation", "university")
    UNIT = "unit", _("hospital or college")
    PROGRAMME = "programme", _("programme")


class PlatformKind(models.TextChoices):
    """What a platform is."""

    KEY_LABORATORY = "key_laboratory", _("key laboratory")
    RESEARCH_CENTRE = "research_centre", _("research centre")
    CLINICAL_CENTRE = "clinical_centre", _("clinical medical research centre")
    TRAINING_BASE = "training_base", pgettext_lazy("platform", "training base")
    INDUSTRY_UNIT = "industry_unit", _("industry-education workstation")
    CONSORTIUM = "consortium", _("innovation consortium")
    SHARED_PLATFORM = "shared_platform", _("shared instrument platform")


class PlatformLevel(models.TextChoices):
    """Who recognised a platform."""

    NATIONAL = "national", pgettext_lazy("level", "national")
    PROVINCIAL = "provincial", pgettext_lazy("level", "provincial or ministerial")
    CITY = "city", pgettext_lazy("level", "city or bureau")
    UNIVERSITY = "university", pgettext_lazy("level", "university")


class PlatformState(models.TextChoices):
    """Where a platform stands."""

    CONSTRUCTION = "construction", _("under construction")
    OPERATING = "operating", pgettext_lazy("platform", "in operation")
    CLOSED = "closed", pgettext_lazy("platform", "closed")
