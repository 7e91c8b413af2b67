"""Static files under names that carry their hash, once they were collected."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where files were collected; plain names before, as in a fresh checkout."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The name with its hash; the plain name of a file that was not collected."""
        if content is None and not self.exists(name):
            return name
        return str(super().hashed_name(name, content, filename))
