"""The form of an own value in the place of one of an upper pack."""

from __future__ import annotations

from typing import Any

from preceptor.policy import Pack
from preceptor.policy.parameters import Parameter
from preceptor.standing.editing.beside import Beside
from preceptor.standing.editing.changes import Change, ReplacementChange
from preceptor.standing.editing.judging import written_type
from preceptor.web.forms.draft_parameter import DatedForm


class UpperForm(DatedForm):
    """Another own value, within the bounds of the upper parameter, citing the draft's sources."""

    def __init__(
        self, own: Pack, upper: Pack, parameter: Parameter, beside: Beside, data: Any = None
    ) -> None:
        kind = written_type(upper.content["param"][parameter.name])
        super().__init__(own, kind, parameter.unit, data=data)
        self.upper, self.parameter, self.beside = upper, parameter, beside

    def change(self) -> Change:
        """The step that the form describes."""
        return self.with_clause(
            ReplacementChange(self.upper.id, self.parameter.name, self.dated(), self.beside)
        )
