"""Where the facts for sliders lie: PRECEPTOR_HOME/previews."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from preceptor.policy import Pack


def folder() -> Path:
    """The folder of all facts; not made by asking."""
    return Path(settings.PRECEPTOR_HOME) / "previews"


def draft_folder(draft: int, content: str) -> Path:
    """Where the facts of a draft's content lie."""
    return folder() / f"draft-{draft}-{content[:16]}"


def force_folder(institution: int, pack: Pack) -> Path:
    """Where the facts of a pack in force lie."""
    return folder() / f"force-{institution}-{pack.hash[:16]}"


def forget_facts(draft: int, but: str = "") -> None:
    """Remove the facts of the draft's earlier contents; those of the content `but` stay."""
    kept = draft_folder(draft, but) if but else None
    for path in folder().glob(f"draft-{draft}-*"):
        if path != kept:
            shutil.rmtree(path)
