"""Read by each process of a server whose clock a story has moved: the day it is, by the story."""

# Only processes that a story starts have this folder on their path (see stories.conftest, `years`).

from __future__ import annotations

import os
from datetime import datetime

import time_machine

time_machine.travel(datetime.fromisoformat(os.environ["STORY_TIME"]), tick=True).start()
