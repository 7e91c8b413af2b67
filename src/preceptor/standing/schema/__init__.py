"""The subjects that rules may speak of, with the names of everything a reader may be told about.

Only these names exist in a pack. A new column here needs a loader that fills it; until the records hold
what it speaks of, the loader leaves it unknown. One file a subject.
"""

from __future__ import annotations

from preceptor.policy import Schema

from .applicant import APPLICANT
from .appointment import APPOINTMENT
from .board import BOARD
from .committee import COMMITTEE
from .dual import DUAL
from .enrolment import ENROLMENT
from .panel import PANEL
from .postdoc import POSTDOC
from .sampling import SAMPLING
from .station import STATION
from .stipend import STIPEND
from .supervisor import SUPERVISOR
from .thesis import THESIS

SCHEMA = Schema(
    {
        "enrolment": ENROLMENT,
        "panel": PANEL,
        "thesis": THESIS,
        "supervisor": SUPERVISOR,
        "stipend": STIPEND,
        "committee": COMMITTEE,
        "postdoc": POSTDOC,
        "sampling": SAMPLING,
        "applicant": APPLICANT,
        "board": BOARD,
        "station": STATION,
        "appointment": APPOINTMENT,
        "dual": DUAL,
    },
    version="2",
)
