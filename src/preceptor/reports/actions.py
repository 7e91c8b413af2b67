"""Every write of this room: freezing a day, and writing its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.training.models import StateSpan

from .access import may_freeze
from .census.folders import place_of, seal, settle, under_work
from .census.manifest import Json, code_version, files_of, write_manifest
from .census.moment import Moment
from .models import Census, FigureValue

if TYPE_CHECKING:
    from .figures.compute import Computed


def freeze(institution: Unit, day: date, *, by: Actor) -> Census:
    """Write the state of the day, as it is known now, and its figures; gives the new census.

    A second freeze of a day makes the next edition; none ever changes. Killed at any moment it
    leaves nothing that anyone sees. Raises RuleBroken for a day to come and for a day before the
    first record, PackError or InputRefused when a pack in force cannot be read.
    """
    # The engines for bulk work are loaded by whoever freezes, never by a web process.
    from .census.write import write_state
    from .figures.compute import compute

    may_freeze(by, institution).demand()
    _check_day(institution, day)
    known_at = timezone.now()
    with under_work(institution) as folder:
        rows, instant = write_state(folder, Moment(institution, day))
        computed = compute(folder, day)
        manifest = {
            "institution": institution.code,
            "day": day.isoformat(),
            "known_at": known_at.isoformat(),
            "frozen_by": by.actor_name,
            "code": code_version(),
            **instant,
            "files": files_of(folder, rows),
        }
        census = Census(
            institution=institution, day=day, known_at=known_at, frozen_by=by.actor_name,
            manifest=manifest,
        )  # fmt: skip
        return _settled(census, folder, computed, by)


def _check_day(institution: Unit, day: date) -> None:
    if day > today():
        raise RuleBroken(
            _("%(day)s has not come yet. Freeze today, %(today)s, or a day before it.")
            % {"day": day, "today": today()}
        )
    first = _first_day(institution)
    if first is None:
        raise RuleBroken(
            _("%(institution)s has no dated records yet, so there is nothing to freeze.")
            % {"institution": institution.name_zh}
        )
    if day < first:
        raise RuleBroken(
            _("The records begin on %(first)s. Freeze that day or a later one, not %(day)s.")
            % {"first": first, "day": day}
        )


def _first_day(institution: Unit) -> date | None:
    """The first day on which a unit or a trainee of the institution is on record."""
    begun = [
        UnitRelation.objects.known().filter(upper=institution).order_by("valid_from"),
        StateSpan.objects.known().filter(enrolment__institution=institution).order_by("valid_from"),
    ]
    firsts = [rows.values_list("valid_from", flat=True).first() for rows in begun]
    return min((first for first in firsts if first is not None), default=None)


def _settled(census: Census, folder: Path, computed: list[Computed], by: Actor) -> Census:
    """Number the edition, put the folder in its place and write the rows, in one transaction."""
    seal(folder)
    with deed(by) as act:
        # Two freezes of one day queue up here, so that each gets an edition of its own.
        Unit.objects.select_for_update().get(pk=census.institution_id)
        census.edition = _next_edition(census)
        place = place_of(census.institution, census.day, census.edition)
        census.folder = place.relative_to(settings.PRECEPTOR_HOME).as_posix()
        census.manifest = {**census.manifest, "edition": census.edition}
        census.manifest_hash = write_manifest(folder, census.manifest)
        seal(folder)
        settle(folder, place)
        census.save(force_insert=True)
        FigureValue.objects.bulk_create(
            (_figure_value(census, figure) for figure in computed), batch_size=500
        )
        act.write("census.freeze", "census", census.pk, after=_summary(census))
    return census


def _next_edition(census: Census) -> int:
    editions = Census.objects.filter(institution=census.institution, day=census.day)
    return int(editions.aggregate(last=Max("edition"))["last"] or 0) + 1


def _summary(census: Census) -> Json:
    return {
        "day": census.day,
        "edition": census.edition,
        "manifest_hash": census.manifest_hash,
    }


def _figure_value(census: Census, figure: Computed) -> FigureValue:
    return FigureValue(
        census=census, key=figure.key, scope=figure.scope, period=figure.period,
        nature=figure.nature, value=figure.value, unit=figure.unit, records=figure.records,
        record_kind=figure.record_kind, note=figure.note,
    )  # fmt: skip


def write_report(
    census: Census,
    *,
    languages: Sequence[str],
    formats: Sequence[str],
    folder: Path,
    by: Actor,
) -> list[Path]:
    """Write the yearly report of the census, one file for each language and format, and the data.

    Files are `report-<year>-<language>.<format>` and `figures.csv`; each appears whole or not at
    all, and replaces one of its name. Gives their paths. Raises InputRefused for a language or
    format that does not exist or a folder that cannot be written, RuleBroken when the census
    holds no degree point for the professional doctorate.
    """
    # The writers load fonts and engines: never in a web process.
    from .chapters.write import FORMATS, LANGUAGES, written_files

    may_freeze(by, census.institution).demand()
    for given, allowed in ((languages, LANGUAGES), (formats, FORMATS)):
        for word in given:
            if word not in allowed:
                raise InputRefused(
                    _("“%(word)s” is not one of: %(allowed)s.")
                    % {"word": word, "allowed": ", ".join(allowed)}
                )
    paths = written_files(census, languages, formats, folder)
    with deed(by) as act:
        act.write("report.write", "census", census.pk, after={"files": [p.name for p in paths]})
    return paths
