"""The closing of a laboratory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from preceptor.base.actors import Mandate
from preceptor.base.permits import Permit
from preceptor.cases.models import Case, Item

from ..models import ClosingCase
from .about import AboutLaboratory


class ClosingPort(AboutLaboratory[ClosingCase]):
    """The closing of a laboratory; what is left in it holds the request back."""

    name: str = "fellows.closing"
    rows = ClosingCase

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether nobody, nothing and no money is left; the reason names what is."""
        from ..actions.closing import may_close

        return may_close(self.row(case))

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Close the laboratory; any other end changes nothing."""
        from ..actions.closing import end_closing

        end_closing(row=self.row(case), outcome=outcome, by=by)
