"""Writing a pack by forms: a draft laid out, changed in small steps, and judged as the loader does.

Nothing here writes to the database; `actions/draft.py` does, one change at a time.
"""

from .desk import Desk, content_of, desk_of, overlay_text
from .judging import Sight, sight_of, sight_of_desk

__all__ = ["Desk", "Sight", "content_of", "desk_of", "overlay_text", "sight_of", "sight_of_desk"]
