"""A limit of a laboratory's charter that is to be set or changed."""

from __future__ import annotations

from preceptor.base.actors import Mandate
from preceptor.cases.models import Case, Item

from ..models import CharterCase
from .about import AboutLaboratory


class CharterPort(AboutLaboratory[CharterCase]):
    """A change of the charter; the head is its subject, so that nobody changes the own authority."""

    name: str = "fellows.charter"
    rows = CharterCase

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Set the limit; any other end changes nothing."""
        from ..actions.charter import end_limit_request

        end_limit_request(row=self.row(case), outcome=outcome, by=by)
