"""What a demonstration shows on its sign-in page: the accounts to try.

The demo institution writes `demonstration.json` into PRECEPTOR_HOME; no other installation has it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from preceptor.people.choices import RoleKind


def demonstration() -> dict[str, Any]:
    """`demo_accounts` (each role, username) and `demo_password`; empty where there is no demo."""
    try:
        text = (Path(settings.PRECEPTOR_HOME) / "demonstration.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    known = json.loads(text)
    accounts = [
        {"role": _role(row.get("part") or row["role"]), "username": row["username"]}
        for row in known["accounts"]
    ]
    return {"demo_accounts": accounts, "demo_password": known["password"]}


#: What somebody is here beyond the role of the account.
PARTS = {
    "postdoc": pgettext_lazy("role", "postdoc"),
    "pi": pgettext_lazy("role", "independent principal investigator"),
    "director": pgettext_lazy("role", "director of a programme"),
}


def _role(kind: str) -> str:
    if kind in PARTS:
        return str(PARTS[kind])
    return str(RoleKind(kind).label) if kind in RoleKind.values else _("user")
