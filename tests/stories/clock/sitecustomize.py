"""Read by each process of a story: it is the day of the story, and its time goes on between processes."""

# Only processes that a story starts have this folder on their path (see stories.conftest).

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta

import time_machine

# The clock that no process moves tells how long ago the story's clock was set.
_since = time.clock_gettime(time.CLOCK_MONOTONIC) - float(os.environ["STORY_SET"])
_now = datetime.fromisoformat(os.environ["STORY_TIME"]) + timedelta(seconds=_since)
time_machine.travel(_now, tick=True).start()
