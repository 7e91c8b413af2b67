"""The preview of a draft as its readers see it: numbers, and where its work stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState
from preceptor.institutions.access import visible_units
from preceptor.people.access import scope
from preceptor.policy import Pack, PackError
from preceptor.standing.access import visible_flips
from preceptor.standing.models import PackDraft, Preview
from preceptor.standing.packs import content
from preceptor.standing.preview.counting import TO, change_of
from preceptor.standing.preview.drafted import draft_pack
from preceptor.web.addresses import address
from preceptor.web.localised import localised
from preceptor.web.templatetags.interface import verdict_word

Shown = dict[str, Any]
TASK = "preview.draft"
GROUPS = ("rules", "units", "cohorts")


def last_job(draft: PackDraft) -> Job | None:
    """The last work on the draft's effect; who sees the draft may see how far it is."""
    asked = Job.objects.filter(task=TASK, arguments__kwargs__draft=draft.pk)
    return asked.order_by("-created_at", "-pk").first()


def is_under_way(job: Job | None) -> bool:
    """Whether the work waits or runs."""
    return job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)


def change_title(change: str) -> str:
    """A change in words: “Met → Not met”."""
    before, _to, after = change.partition(TO)
    return _("%(before)s → %(after)s") % {
        "before": verdict_word(before),
        "after": verdict_word(after),
    }


@dataclass(frozen=True)
class Planned:
    """The planned pack and the one it changes, for the titles of their rules; None where it cannot
    be read, or is new."""

    pack: Pack | None
    base: Pack | None

    def title(self, rule: str) -> str:
        """The title of a rule in the reader's language; its id where neither pack has it."""
        language = get_language() or ""
        for pack in (self.pack, self.base):
            if pack is not None and rule in pack.rules:
                return pack.rules[rule].title.within(language)
        return rule


def pack_of(draft: PackDraft) -> Pack | None:
    """The pack that the draft would be; None where it cannot be read."""
    try:
        return draft_pack(draft)
    except PackError:
        return None


def planned_of(preview: Preview) -> Planned:
    """The packs of a preview; no query once they were read."""
    base = content(preview.base_hash) if preview.base_hash else None
    return Planned(pack_of(preview.draft) if preview.draft else None, base)


def is_stale(preview: Preview, planned: Planned) -> bool:
    """Whether the draft is no longer what the preview was made of."""
    return planned.pack is None or planned.pack.hash != preview.hash


def reads_whole(user: Any, preview: Preview) -> bool:
    """Whether the reader may see every trainee of the institution."""
    reach = scope(user)
    return reach.everything or preview.institution_id in reach.institutions


def counts_for(user: Any, preview: Preview, *, is_decided: bool = False) -> Shown:
    """The numbers of present verdicts, or of decisions taken, within what the reader may see, in
    the shape of the preview's `counts`.

    Two queries for a reader of a part of the institution, none for one of the whole.
    """
    if reads_whole(user, preview):
        return dict(preview.counts["decided"] if is_decided else preview.counts)
    rows = visible_flips(user).filter(preview=preview, decided_on__isnull=not is_decided)
    grouped = rows.order_by().values_list(
        "before", "after", "rule", "enrolment__unit", "enrolment__cohort"
    )
    found: Shown = {"changes": Counter(), "rules": {}, "units": {}, "cohorts": {}}
    for before, after, *keys, count in grouped.annotate(Count("pk")):
        change = change_of(before, after)
        found["changes"][change] += count
        for name, key in zip(GROUPS, keys, strict=True):
            found[name].setdefault(str(key), Counter())[change] += count
    return found | {"persons": rows.order_by().values("enrolment").distinct().count()}


def stats_of(preview: Preview, counts: Shown, decided: Shown | None) -> list[Shown]:
    """The numbers that are asked for first; of decisions where the draft reaches back."""
    changed = sum(counts["changes"].values())
    shown = [
        {"label": _("Trainees concerned"), "value": f"{counts['persons']:,}"},
        {"label": _("Verdicts that would change"), "value": f"{changed:,}"},
        {"label": _("Records judged"), "value": f"{preview.records:,}"},
    ]
    if decided is not None:
        label = _("Decisions since %(day)s that would have been otherwise")
        number = sum(decided["changes"].values())
        said = label % {"day": preview.counts["since"]}
        shown.append({"label": said, "value": f"{number:,}"})
    return shown


def cards_of(counts: Shown, path: str) -> list[Shown]:
    """One card for each change, the most frequent first, leading to its persons."""
    ordered = sorted(counts["changes"].items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        {
            "before": change.partition(TO)[0],
            "after": change.partition(TO)[2],
            "count": count,
            "url": f"{address(path, {'change': change})}#persons",
        }
        for change, count in ordered
    ]


def offered_of(user: Any, counts: Shown, planned: Planned) -> dict[str, list[tuple[str, str]]]:
    """What the persons can be narrowed by: only what occurs. One query for the units."""
    keys = [int(key) for key in counts["units"]]
    units = visible_units(user).filter(pk__in=keys).order_by("code")
    return {
        "rule": [(rule, planned.title(rule)) for rule in counts["rules"]],
        "change": [(change, change_title(change)) for change in counts["changes"]],
        "unit": [(str(unit.pk), localised(unit, "name")) for unit in units],
        "cohort": [(cohort, cohort) for cohort in sorted(counts["cohorts"])],
    }


def tables_of(counts: Shown, offered: dict[str, list[tuple[str, str]]], path: str) -> list[Shown]:
    """A table for rules, units and cohorts: a row each, a column for each change."""
    changes = list(counts["changes"])
    heads = {"rule": _("By rule"), "unit": _("By unit"), "cohort": _("By cohort")}
    return [
        {
            "title": title,
            "columns": [
                {"title": ""},
                *({"title": change_title(change), "is_number": True} for change in changes),
            ],
            "rows": [
                _line(name, key, label, counts[f"{name}s"][key], changes, path)
                for key, label in offered[name]
            ],
        }
        for name, title in heads.items()
    ]


def _line(
    name: str, key: str, label: str, found: dict[str, int], changes: list[str], path: str
) -> list[Shown]:
    cells: list[Shown] = [{"text": label, "url": f"{address(path, {name: key})}#persons"}]
    for change in changes:
        count = found.get(change, 0)
        cell = {"text": f"{count:,}" if count else "–", "is_number": True}
        if count:
            cell["url"] = f"{address(path, {name: key, 'change': change})}#persons"
        cells.append(cell | {"label": change_title(change)})
    return cells
