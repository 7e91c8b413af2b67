"""The lists, and the pages beside them, at a million trainees: by each filter, for three readers."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from . import homes, pages
from .measure import Row, seconds, timed, times
from .multiplied import multiply

Found = dict[str, Any]
#: Enough for a 95th percentile.
TIMES = 25
RULE = pages.RULE
LIST = "95th 19 ms at 10^6; at most 1.15 times the time at 10^5"
GOALS = {
    "home": "50 ms at 10^6 trainees",
    "a unit's page": "50 ms at 10^6 trainees",
    "a trainee's page": "20 ms, the same at 10^6",
}
#: The rows of a run by what was asked; of each vendor the smaller and the larger institution.
Sizes = Mapping[str, tuple[Found, Found]]


def make(home: Path, enrolments: int) -> int:
    """The invented institution with about so many enrolments, unless it is there; gives how many."""
    from preceptor.training.models import Enrolment

    homes.prepare(home)
    if not Enrolment.objects.exists():
        homes.make(home, Decimal(1))
        return multiply(enrolments)
    return Enrolment.objects.count()


def measure() -> Found:
    """Times in seconds and queries of each page, by what it is and who asks."""
    from preceptor.people.models import Account
    from preceptor.training.models import Enrolment

    found: Found = {"enrolments": Enrolment.objects.count(), "pages": {}}
    # What is there now need not be looked through before each time.
    gc.collect()
    gc.freeze()
    for login in ("office", "secretary", "supervisor"):
        client = pages.signed_out()
        client.force_login(Account.objects.get(login=login))
        for name, path in _addresses(login).items():
            found["pages"][f"{login}: {name}"] = _measured(client, path)

    return found


def _measured(client: Any, path: str) -> Found:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    queries = pages.queries_of(lambda: client.get(path))
    spent = timed(lambda: client.get(path), times=TIMES, warm=2)
    return {
        "median": spent.median, "high": spent.high, "used": spent.used, "queries": queries,
    }  # fmt: skip


def _addresses(login: str) -> dict[str, str]:
    """The pages of a reader; a supervisor has few trainees, and no filter of a unit."""
    row = _middle(login)
    found = {
        "home": "/",
        "list": "/trainees/?state=all",
        "a trainee's page": f"/trainees/{row.pk}/",
    }
    if login == "supervisor":
        return found | {"list by whole standing: open": _list(verdict="open")}
    found["list, page in the middle"] = _list(state="all", after=f"{row.student_number}~{row.pk}")
    found["a unit's page"] = f"/units/{row.unit_id}/"
    found |= {"the rules": "/rules/", "a rule's page": f"/rules/{RULE}/"}
    return found | {f"list by {name}": _list(**by) for name, by in _filters(row).items()}


def _list(**by: object) -> str:
    return f"/trainees/?{urlencode(by)}"


def _middle(login: str) -> Any:
    """A trainee whom the reader sees, from the middle of all who study."""
    from preceptor.people.models import Account
    from preceptor.training.access import visible_enrolments

    seen = visible_enrolments(Account.objects.get(login=login)).filter(standing__isnull=False)
    first = seen.filter(person__name_zh__gt="").order_by("student_number", "pk")
    rows = first.select_related("direction", "person")
    return rows[min(rows[:20_000].count() // 2, 10_000)]


def _filters(row: Any) -> dict[str, dict[str, object]]:
    """Every filter that the list names, those named together, and the rarest."""
    from preceptor.training.models import Enrolment

    place, line = {"unit": row.unit_id}, {"direction": row.direction.code}
    fails = {"rule": RULE, "verdict": "fail"}
    rare = {"rule": "thesis.similarity", "verdict": "fail"}
    keys = Enrolment.objects.order_by("-pk").values_list("unit", flat=True)
    counts = {unit: Enrolment.objects.filter(unit=unit).count() for unit in set(keys[:20_000])}
    small, big = (sorted(counts, key=lambda unit: counts[unit])[place] for place in (0, -1))
    supervision = row.supervisions.order_by("pk").first()
    name = row.person.name_zh
    whole = ("fail", "pending", "warn", "open", "pass", "waived")
    return {
        "unit": place, "direction": line, "cohort": {"cohort": row.cohort},
        "state: studying": {"state": "studying"}, "state: awarded": {"state": "awarded"},
        "state: suspended": {"state": "suspended"},
        "rule": {"rule": RULE}, "rule and verdict: not met": fails,
        "rule and verdict: open": fails | {"verdict": "open"},
        "rule of panels and verdict: not met": {"rule": "panel.defence.size", "verdict": "fail"},
        **{f"whole standing: {one}": {"verdict": one} for one in whole},
        "unit, cohort, rule and verdict": {**place, "cohort": row.cohort, **fails},
        "direction and whole standing": {**line, "verdict": "open"},
        "unit and whole standing": {**place, "verdict": "open"},
        "a rare verdict in the largest unit": {**rare, "unit": big},
        "a common verdict in the smallest unit": {**fails, "unit": small},
        "cohort and a state that it does not have": {"cohort": row.cohort, "state": "revoked"},
        "begin of a student number": {"q": row.student_number[:6]},
        "Chinese surname": {"q": name[0]}, "Chinese name": {"q": name},
        "pinyin of a surname": {"q": row.person.name_pinyin.split(" ")[0]},
        "pinyin and whole standing": {"q": row.person.name_pinyin.split(" ")[0], "verdict": "open"},
        **({"supervisor": {"supervisor": supervision.person_id}} if supervision else {}),
    }  # fmt: skip


def rows(found: Sizes) -> Iterator[Row]:
    """A line for each page: both databases, the larger institution beside the smaller."""
    names = dict.fromkeys(name for sizes in found.values() for name in sizes[1]["pages"])
    for name in names:
        told = [_told(vendor, sizes, name) for vendor, sizes in found.items()]
        goal = GOALS.get(name.partition(": ")[2], LIST)
        ratios = "; ".join(ratio for _said, ratio in told if ratio)
        yield Row(
            f"a million trainees, {name}", goal, "; ".join(said for said, _ratio in told), ratios
        )
    most = max(page["queries"] for _small, large in found.values() for page in large["pages"].values())  # fmt: skip
    yield Row(
        "a million trainees, queries a page",
        "at most 12, for any number of rows",
        f"at most {most}",
    )


def _told(vendor: str, sizes: tuple[Found, Found], name: str) -> tuple[str, str]:
    small, large = (size["pages"].get(name) for size in sizes)
    if large is None:
        return "", ""
    said = (
        f"{vendor}, {sizes[1]['enrolments']:,} enrolments: {seconds(large['median'])}, 95th "
        f"{seconds(large['high'])} ({seconds(large['used'])} of a processor), "
        f"{large['queries']} queries"
    )
    if small is None:
        return said, ""
    said += f"; {sizes[0]['enrolments']:,}: {seconds(small['median'])}, 95th {seconds(small['high'])}"  # fmt: skip
    return said, f"{vendor} {times(large['median'] / small['median'])} times the smaller"
