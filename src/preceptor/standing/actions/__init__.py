"""Every write of this room."""

from .pack import put_in_force
from .standing import evaluate_all, reevaluate

__all__ = ["evaluate_all", "put_in_force", "reevaluate"]
