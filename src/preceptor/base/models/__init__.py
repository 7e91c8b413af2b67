from .file import Lineage, StoredFile
from .guessing import Guessing
from .job import Job, JobState, OutgoingMail
from .journal import JournalEntry, JournalHead
from .record import DatedQuerySet, DatedRecord

__all__ = [
    "DatedQuerySet",
    "DatedRecord",
    "Guessing",
    "Job",
    "JobState",
    "JournalEntry",
    "JournalHead",
    "Lineage",
    "OutgoingMail",
    "StoredFile",
]
