"""Fellows, partners, platforms and two neighbours of the demo institution.

They are put in after the institution itself, from its finished records, so that nothing of it moves.
"""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today

from .accounts import DEMO_ACCOUNTS, PASSWORD, DemoAccount
from .actions import INSTITUTION, WHOLE_UP_TO, Built
from .fellows.catalogue import write_academic
from .fellows.chengling import DESKS, write_chengling
from .fellows.excellence import DIRECTOR, write_programme
from .fellows.incubations import write_incubations
from .fellows.intakes import write_intakes
from .fellows.investigators import ACCOUNT as PI
from .fellows.laboratories import write_laboratories
from .fellows.opening import write_eighth_station
from .fellows.projects import write_projects
from .fellows.works import write_works
from .fellows.yunting import ACCOUNT as POSTDOC
from .fellows.yunting import PERSONNEL, open_stations, write_postdocs
from .insertion import Batch
from .joint.abroad import write_abroad
from .joint.duals import write_duals
from .joint.operations import write_operations
from .joint.partners import write_partners
from .joint.school import write_school
from .joint.tingnan import write_tingnan
from .platform_places import place_postdocs, write_chengling_platforms
from .platforms import write_platforms
from .queries import EXTENDED, extended, finish
from .stage import Stage

MORE_ACCOUNTS = (PERSONNEL, POSTDOC, PI, DIRECTOR, *DESKS)


def accounts() -> list[DemoAccount]:
    """The accounts that are there, in the order in which they are offered."""
    made = finish()
    more = MORE_ACCOUNTS if made is not None and not made["empty"] else ()
    return [*DEMO_ACCOUNTS, *more]


def extend(*, by: Actor) -> Built:
    """Put in the fellows, partners, platforms and neighbours, at the institution's scale and seed.

    Nothing is put in where the institution was made empty. Raises RuleBroken where there is no
    finished demo institution, or where they are here already.
    """
    made = finish()
    if made is None or extended() is not None:
        raise RuleBroken(
            _("The demo institution is not there yet, or was extended already. Run: preceptor demo")
        )
    scale = Decimal(str(made["scale"]))
    stage = Stage(Batch(by, INSTITUTION), made["seed"], scale, today(), 0, make_password(PASSWORD))
    with deed(by) if scale <= WHOLE_UP_TO else nullcontext():
        if not made["empty"]:
            _write(stage)
            stage.batch.release_keys()
        with deed(by) as act:
            after = {"rows": dict(stage.batch.written), "planted": stage.planted}
            act.write(EXTENDED, "unit", INSTITUTION, after=after)
    return Built(dict(stage.batch.written), stage.planted)


def _write(stage: Stage) -> None:
    stage.root = stage.unit(INSTITUTION)
    academic = write_academic(stage)
    chengling = write_chengling(stage, academic)
    write_eighth_station(stage, academic, chengling)
    stage.batch.write("disciplines, the second institution and its stations")
    intakes = write_intakes(stage, chengling)
    write_projects(stage, chengling, intakes)
    write_works(stage, chengling, intakes)
    partners = write_partners(stage)
    house = open_stations(stage, academic, partners)
    stage.batch.write("partners, agreements and stations of the institution")
    postdocs = write_postdocs(stage, house)
    write_laboratories(stage, write_programme(stage), postdocs, house.later)
    tingnan = write_tingnan(stage, academic)
    school = write_school(stage, academic, tingnan)
    stage.batch.write("the third institution and the joint school")
    write_duals(stage, academic, tingnan, school, house.professors[house.hospital])
    write_incubations(stage, house, tingnan)
    write_operations(stage, partners, school)
    write_abroad(stage, partners, postdocs)
    place_postdocs(stage, write_platforms(stage, academic), postdocs)
    own = write_chengling_platforms(stage, academic, chengling)
    place_postdocs(stage, own, intakes)
