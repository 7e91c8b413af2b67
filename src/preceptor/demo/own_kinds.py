"""A kind of request that the office of the demo institution made itself, and why it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from preceptor.base.today import today
from preceptor.cases.actions import approve_kind, propose_kind, write_kind_draft
from preceptor.institutions.models import Unit
from preceptor.people.models import Account

TEXT = Path(__file__).parent / "data" / "conference_leave.toml"
NAME = "conference_leave"
REASONS = ("全国老年医学年会口头报告", "国际药理学大会壁报交流", "省医学会青年论坛")


def make_own_kind(institution: Unit, accounts: Mapping[str, Account]) -> None:
    """The kind in force from today: written by the office, approved by the leader."""
    text = TEXT.read_text(encoding="utf-8")
    draft = write_kind_draft(institution=institution, text=text, by=accounts["office"])
    draft = propose_kind(draft=draft, valid_from=today(), by=accounts["office"])
    approve_kind(draft=draft, by=accounts["leader"])
