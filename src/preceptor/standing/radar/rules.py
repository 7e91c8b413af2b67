"""Which rule of conflicts binds a panel: that of the case in which the panel is composed."""

from __future__ import annotations

from dataclasses import replace

from preceptor.cases.kinds.kind import Conflicts
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_of
from preceptor.training.models import MilestoneCase, Panel


def rule_of(panel: Panel) -> Conflicts:
    """The conflicts named by the stage in which the panel is composed, in the version of the kind
    under which the case runs; the usual ones for a panel without a case. At most two queries."""
    rows = MilestoneCase.objects.filter(panel=panel).select_related("case__kind")
    found = rows.first()
    return Conflicts() if found is None else rule_in(found.case)


def rule_in(case: Case) -> Conflicts:
    """The conflicts named by the stage of the case at which somebody is chosen, the usual ones where
    none does; with what its re-takes say of the earlier panel. No query for a case that comes with its
    kind."""
    kind = kind_of(case)
    named = (stage.conflicts for stage in kind.stages if stage.conflicts is not None)
    is_new = kind.retake is not None and kind.retake.panel == "new"
    return replace(next(named, Conflicts()), new_panel=is_new)
