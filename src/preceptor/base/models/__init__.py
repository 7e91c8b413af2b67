from .file import Lineage, StoredFile
from .job import Job, JobState, OutgoingMail
from .journal import JournalEntry, JournalHead
from .record import DatedQuerySet, DatedRecord

__all__ = [
    "DatedQuerySet",
    "DatedRecord",
    "Job",
    "JobState",
    "JournalEntry",
    "JournalHead",
    "Lineage",
    "OutgoingMail",
    "StoredFile",
]
