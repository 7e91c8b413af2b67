"""The `preceptor` command."""

from __future__ import annotations
