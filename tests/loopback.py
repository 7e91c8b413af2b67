"""Tests speak to nobody but the servers they start: only loopback connections are let through."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any


def _is_loopback(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]).partition("%")[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def only_loopback() -> None:
    """Refuse every other connection of this process."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if not _is_loopback(self.family, address):
            raise PermissionError(f"A test tried to reach {address!r}: only loopback is allowed.")
        return connect(self, address)

    return guarded
