"""The form by which the board of a request is chosen and called; the action decides."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date

from preceptor.cases.choices import BodyRole
from preceptor.web.forms.expert import ExpertsForm


class BoardForm(ExpertsForm):
    """Who is chosen so far and in which role, and when and where the board sits."""

    def roles(self) -> dict[int, str]:
        """The persons and their roles after the change that was asked for; the first one chosen has
        the chair unless another role is given."""
        found: dict[int, str] = {}
        for key in self.persons():
            role = self.sent.get(f"role_{key}", "") if self.sent is not None else ""
            first = BodyRole.MEMBER if found else BodyRole.CHAIR
            found[key] = role if role in BodyRole.values else first.value
        return found

    def noon(self) -> datetime | None:
        """Noon of the day that is filled in; None while none is, or for a day that does not exist."""
        try:
            day = parse_date(str((self.sent or {}).get("day", ""))[:10])
        except ValueError:
            return None
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day, time(12)))
