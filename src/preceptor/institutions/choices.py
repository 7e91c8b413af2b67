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
    OUTSIDE = "outside", _("outside institution")


class RelationKind(models.TextChoices):
    """What a unit is to the unit above it."""

    PART_OF = "part_of", _("part of")
    AFFILIATED = "affiliated", _("affiliated hospital of")
    CLINICAL_COLLEGE_OF = "clinical_college_of", _("non-affiliated clinical college of")
    TRAINING_BASE_OF = "training_base_of", _("training base of")
    TEACHING_OFFICE_OF = "teaching_office_of", _("teaching and research office of")


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
