"""Columns encrypted at rest with a key that lies outside the database."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def cipher() -> MultiFernet:
    """The cipher of the installation; the first key writes, all keys read."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


def decrypted(stored: str) -> str:
    """The clear text; a wrong key is a fault of the installation, never an empty value."""
    try:
        return cipher().decrypt(stored.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            "An encrypted column cannot be read with the keys in PRECEPTOR_HOME/secrets. "
            "Put back the key file that belongs to this database."
        ) from None


if TYPE_CHECKING:
    _TextColumn = models.TextField[str | None, str | None]
    _DateColumn = models.TextField[date | None, date | None]
else:
    _TextColumn = _DateColumn = models.TextField


class EncryptedTextField(_TextColumn):
    """Text kept encrypted; it cannot be searched or sorted by, and null stays null."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypted(value)


class EncryptedDateField(_DateColumn):
    """A date kept encrypted, as its ISO text."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else cipher().encrypt(value.isoformat().encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> date | None:
        return None if value is None else date.fromisoformat(decrypted(value))

    def to_python(self, value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value
