"""The one folder that the product writes to, and the secrets in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from secrets import token_urlsafe

from cryptography.fernet import Fernet


def _checkout() -> Path | None:
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").exists() else None


def home() -> Path:
    """PRECEPTOR_HOME; without it `var/` in the checkout, or in the folder of the command."""
    chosen = os.environ.get("PRECEPTOR_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    return (_checkout() or Path.cwd()) / "var"


def secret(name: str, make: str = "token") -> str:
    """The secret kept in PRECEPTOR_HOME/secrets, readable by its owner only; made when missing.

    Raises SystemExit with one clear line when the folder cannot be written.
    """
    path = home() / "secrets" / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _put(path, Fernet.generate_key().decode() if make == "key" else token_urlsafe(50))
        return path.read_text().strip()
    except OSError as error:
        sys.exit(
            f"PRECEPTOR_HOME: {home()} cannot be written ({error.strerror}). "
            "Set PRECEPTOR_HOME to a folder of your own."
        )


def _put(path: Path, fresh: str) -> None:
    """Write the file aside and link it into its place: whole at once, and only by the first.

    Processes that start together must all read the one secret, never a file still empty.
    """
    aside = path.with_name(f".{path.name}-{token_urlsafe(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(fresh)
            new.flush()
            os.fsync(new.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)
