"""Every write to stored verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from preceptor.base.actors import Actor
from preceptor.base.deeds import Touched, deed
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.training.models import Enrolment, Panel, PanelSeat

from ..choices import ChangeCause, RunCause
from ..models import Finding, Standing
from ..packs import force_on
from ..population import CHUNK, enrolled, panels_judged
from ..rounds import OWN, settle_panels, settle_trainees
from ..runs import BasisChanged, Run
from ..storing import Round, take_turns
from ..tallies import add

#: Keys by the institution that they belong to.
Grouped = dict[int, set[int]]


def evaluate_all(
    *,
    institution: Unit,
    on: date,
    by: Actor,
    cause: RunCause = RunCause.ASKED,
    then: Callable[[int], object] | None = None,
) -> int:
    """Judge every trainee, thesis and panel of the institution afresh; gives how many records.

    What is said as before is left as it is stored. Some records are judged a second time by the
    reference interpreter. Others write between the chunks. Where packs are put into force
    meanwhile, all is judged again by these; `then` is called with the number of records in the
    transaction that ends the run. Raises PermissionDenied, PackError when a pack in force is
    wrong, and EvaluatorsDiffer when the two evaluators disagree; then, as when it is cut short,
    the verdicts stored so far are of this run, the others of the one before, and the day of the
    lists stays until a run ends.
    """
    may_keep_institution(by, institution).demand()
    run = Run(institution, on)
    while not _is_done(run, by, cause, then):
        pass
    return run.records


def _is_done(run: Run, by: Actor, cause: RunCause, then: Callable[[int], object] | None) -> bool:
    """Judge everybody and write down the end; False where all has to be judged again."""
    try:
        run.judge()
        with deed(by) as act:
            run.end(cause)
            act.write(
                "standing.evaluate", "institution", run.institution.pk,
                after={"records": run.records},
            )  # fmt: skip
            if then is not None:
                then(run.records)
    except BasisChanged:
        return False
    return True


def reevaluate(touched: Touched) -> None:
    """Judge the touched records again, inside the transaction that touched them.

    Raises PackError when a pack in force is wrong; then nothing of the deed is written.
    """
    if not any(touched.values()):
        return
    trainees = _by_institution(Enrolment, touched.get("enrolment", ()))
    panels = _in_turn(touched, set(trainees))
    turn = Round(today(), ChangeCause.RECORD)
    for institution in sorted({*trainees, *panels}):
        force = force_on(institution, turn.on)
        for keys in _sliced(trainees.get(institution, ())):
            rows = list(enrolled(turn.on).filter(pk__in=keys).order_by("pk"))
            findings = Finding.objects.filter(enrolment__in=keys, subject__in=OWN)
            settle_trainees(turn, force.of, rows, findings, Standing.objects.filter(pk__in=keys))
        for keys in _sliced(panels.get(institution, ())):
            found = panels_judged().filter(pk__in=keys).select_related("enrolment").order_by("pk")
            settle_panels(turn, force.of, list(found), Finding.objects.filter(panel__in=keys))
    add(turn.tallied)


def _in_turn(touched: Touched, institutions: set[int]) -> Grouped:
    """Wait for the turn of every institution concerned; gives the panels to judge.

    Which these are is asked again once the turn has come: somebody touched may have been seated
    meanwhile, by whoever could not see yet what happened here.
    """
    held: set[int] = set()
    while True:
        panels = _by_institution(Panel, _panels_of(touched))
        wanted = {*institutions, *panels} - held
        if not wanted:
            return panels
        take_turns(wanted)
        held |= wanted


def _panels_of(touched: Touched) -> set[int]:
    panels = set(touched.get("panel", ()))
    for keys in _sliced(touched.get("person", ())):
        panels.update(PanelSeat.objects.filter(person__in=keys).values_list("panel_id", flat=True))
    for keys in _sliced(touched.get("enrolment", ())):
        panels.update(Panel.objects.filter(enrolment__in=keys).values_list("pk", flat=True))
    return panels


def _by_institution(model: type[Enrolment] | type[Panel], keys: Iterable[int]) -> Grouped:
    found: Grouped = {}
    for part in _sliced(keys):
        rows = model._default_manager.filter(pk__in=part).values_list("pk", "institution_id")
        for pk, institution in rows:
            found.setdefault(institution, set()).add(pk)
    return found


def _sliced(keys: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
