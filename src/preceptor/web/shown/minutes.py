"""The minutes of a sitting as its page shows them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.cases.access.minutes import may_sign_minutes, may_write_minutes, visible_minutes
from preceptor.cases.models import MinutesSignature, MinutesTemplate, Sitting
from preceptor.institutions.models import Unit
from preceptor.web.localised import localised

Shown = dict[str, Any]
LANGUAGES = {"zh": "中文", "en": "English"}


def templates_of(institution: Unit) -> list[Shown]:
    """For each language the template that counts now: the institution's own with its day and who
    brought it, or the one that comes with the product. One query."""
    rows = MinutesTemplate.objects.filter(institution=institution).select_related("file")
    newest = {row.name: row for row in rows.order_by("pk")}
    return [
        {
            "language": title,
            "url": reverse("minutes_template_file", args=[language]),
            "own": newest.get(language),
        }
        for language, title in LANGUAGES.items()
    ]


def minutes_of(sitting: Sitting, user: Any) -> Shown:
    """What parts/minutes.html takes: the versions with their signatures, and what may be done."""
    signatures = MinutesSignature.objects.select_related("seat__person").order_by("pk")
    rows = visible_minutes(user).filter(sitting=sitting).select_related("file", "sitting")
    found = list(rows.prefetch_related(Prefetch("signatures", signatures)).order_by("-version"))
    newest = found[0] if found else None
    return {
        "key": sitting.pk,
        "versions": [
            {
                "version": row.version,
                "language": LANGUAGES[row.language],
                "made_on": timezone.localdate(row.made_at).isoformat(),
                "made_by": _("operator") if row.made_by == OPERATOR.actor_name else row.made_by,
                "hash": row.file.sha256,
                "url": reverse("minutes_file", args=[row.pk]),
                "signed_url": reverse("minutes_signed", args=[row.pk]),
                "signers": [
                    {
                        "name": localised(one.seat.person, "name"),
                        "day": timezone.localdate(one.at).isoformat(),
                    }
                    for one in row.signatures.all()
                ],
            }
            for row in found
        ],
        "write": may_write_minutes(user, sitting),
        "sign": may_sign_minutes(user, newest) if newest else None,
        "sign_url": reverse("minutes_sign", args=[newest.pk]) if newest else "",
        "has_signed": newest is not None
        and any(one.by_key == user.actor_key for one in newest.signatures.all()),
    }
