"""Which rule of conflicts binds a panel: that of the case in which the panel is composed."""

from __future__ import annotations

from preceptor.cases.kinds.kind import Conflicts
from preceptor.cases.queries import kind_of
from preceptor.training.models import MilestoneCase, Panel


def rule_of(panel: Panel) -> Conflicts:
    """The conflicts named by the stage in which the panel is composed, in the version of the kind
    under which the case runs; the usual ones for a panel without a case. At most two queries."""
    rows = MilestoneCase.objects.filter(panel=panel).select_related("case__kind")
    found = rows.first()
    if found is None:
        return Conflicts()
    stages = kind_of(found.case).stages
    return next((stage.conflicts for stage in stages if stage.conflicts is not None), Conflicts())
