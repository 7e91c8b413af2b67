"""All lists of the product, by the name of their address."""

from __future__ import annotations

from django.http import Http404

from preceptor.web.listings import (
    appointment,
    body,
    call,
    case,
    engine,
    incubation,
    joint,
    laboratory,
    people,
    postdoc,
    register,
    rule,
    sitting,
    station,
    trainee,
)
from preceptor.web.listings.listing import Listing

LISTINGS: dict[str, Listing] = {
    listing.name: listing
    for listing in (*case.LISTINGS, *engine.LISTINGS, *trainee.LISTINGS, *rule.LISTINGS, *register.LISTINGS, *people.LISTINGS, *body.LISTINGS, *call.LISTINGS, *station.LISTINGS, *postdoc.LISTINGS, *incubation.LISTINGS, *joint.LISTINGS, *laboratory.LISTINGS, *appointment.LISTINGS, *sitting.LISTINGS)
}  # fmt: skip


def listing_named(name: str) -> Listing:
    """The list whose address has this name. Raises Http404 where there is none."""
    if name not in LISTINGS:
        raise Http404
    return LISTINGS[name]
