"""The new experts of an appeal, as they are told."""

from __future__ import annotations

from ninja import Schema

from .composition import Tie
from .named import NamedPerson


class Expert(Schema):
    """Who could decide an appeal. `is_stopped`: the person cannot be called, for having judged what
    is appealed (`is_former`), for being whom it is about (`is_concerned`), or for a tie that blocks."""

    person: NamedPerson
    is_former: bool
    is_concerned: bool
    is_stopped: bool
    conflicts: list[Tie]
