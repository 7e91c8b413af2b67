"""Rows of `training`, to which this room points and which, as a sibling, it does not import."""

from __future__ import annotations

from typing import Any, TypeAlias

Enrolment: TypeAlias = Any
Programme: TypeAlias = Any
Course: TypeAlias = Any
