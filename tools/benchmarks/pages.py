"""Pages as the office of the institution asks for them: by Django's test client, and over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from .measure import Timing, timed

#: Enough for a 95th percentile that is not the slowest of a few.
TIMES = 30
RULE = "training.clinical"


def addresses() -> dict[str, str]:
    """The pages that are measured, by name: what they show lies in the middle of the records."""
    from preceptor.training.models import Enrolment

    ordered = Enrolment.objects.order_by("student_number", "pk")
    middle = ordered.select_related("direction", "person")[ordered.count() // 2]
    studying = ordered.filter(state="training").last() or middle
    found = {
        "home of the office": "/",
        "list of trainees, first page": "/trainees/",
        "list of trainees, page in the middle": _list(after=f"{middle.student_number}~{middle.pk}"),
    }
    found |= {f"list of trainees by {name}": _list(**by) for name, by in _filters(middle).items()}
    found["search for a surname in all registers"] = f"/search/?{urlencode({'q': _pinyin(middle)})}"
    found["a trainee's page, standing explained"] = f"/trainees/{studying.pk}/"
    return found


def _list(**by: object) -> str:
    return f"/trainees/?{urlencode(by)}"


def _pinyin(enrolment: Any) -> str:
    return str(enrolment.person.name_pinyin.split(" ")[0])


def _filters(middle: Any) -> dict[str, dict[str, object]]:
    """Every filter that the list names, and three of them together."""
    supervision = middle.supervisions.order_by("pk").first()
    found: dict[str, dict[str, object]] = {
        "unit": {"unit": middle.unit_id},
        "direction": {"direction": middle.direction.code},
        "cohort": {"cohort": middle.cohort},
        "state: studying": {"state": "studying"},
        "state: suspended": {"state": "suspended"},
        "rule and verdict: not met": {"rule": RULE, "verdict": "fail"},
        "rule and verdict: met": {"rule": RULE, "verdict": "pass"},
        "rule of panels and verdict: not met": {"rule": "panel.defence.size", "verdict": "fail"},
        "whole standing: not met": {"verdict": "fail"},
        "whole standing: pending": {"verdict": "pending"},
        "whole standing: notice": {"verdict": "warn"},
        "whole standing: met": {"verdict": "pass"},
        "unit, cohort, rule and verdict": {
            "unit": middle.unit_id, "cohort": middle.cohort, "rule": RULE, "verdict": "fail",
        },
        "pinyin of a surname": {"q": _pinyin(middle)},
        "Chinese surname": {"q": middle.person.name_zh[0]},
        "begin of a student number": {"q": middle.student_number[:6]},
    }  # fmt: skip
    if supervision is not None:
        found["supervisor"] = {"supervisor": supervision.person_id}
    return found


def session() -> str:
    """The key of a session in which the office is signed in."""
    from preceptor.people.models import Account

    client = signed_out()
    client.force_login(Account.objects.get(login="office"))
    return str(client.cookies["sessionid"].value)


def signed_out() -> Any:
    from django.test import Client

    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh-hans")


def in_process(names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Each page asked for by the test client: times in seconds and the number of queries."""
    from preceptor.people.models import Account

    client = signed_out()
    client.force_login(Account.objects.get(login="office"))
    return {name: _measured(client, path) for name, path in names.items()}


def _measured(client: Any, path: str) -> dict[str, Any]:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    queries = queries_of(lambda: client.get(path))
    found = timed(lambda: client.get(path), times=_enough(client, path))
    return _as_json(found) | {"queries": queries, "bytes": len(answer.content)}


def _enough(client: Any, path: str) -> int:
    """Fewer times for a page that takes seconds."""
    start = time.perf_counter()
    client.get(path)
    return max(5, min(TIMES, round(2 / (time.perf_counter() - start))))


def queries_of(work: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        work()
    return len(caught)


def _as_json(found: Timing) -> dict[str, Any]:
    return {"median": found.median, "high": found.high, "used": found.used}
