"""What stands between a draft and being proposed or approved, as the pages show it."""

from __future__ import annotations

from typing import Any

from preceptor.base.today import today
from preceptor.standing.editing import Sight
from preceptor.standing.editing.proposing import content_obstacles, reaches_back_to
from preceptor.standing.models import PackDraft
from preceptor.web.shown.draft import faults_of, unnoticed

Shown = dict[str, Any]


def proposing_shown(draft: PackDraft, sight: Sight) -> Shown:
    """What is still wrong with the content, and whether it reaches back before today."""
    return {
        "obstacles": [str(said) for said in content_obstacles(draft, sight)],
        "faults": faults_of(draft, sight),
        "unnoticed": unnoticed(draft, sight),
        "reaches_back_to": reaches_back_to(sight, draft.effective_from),
        "is_ahead": draft.effective_from is not None and draft.effective_from > today(),
    }
