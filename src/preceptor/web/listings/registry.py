"""All lists of the product, by the name of their address."""

from __future__ import annotations

from django.http import Http404

from preceptor.web.listings import body, case, register, rule, sitting, trainee
from preceptor.web.listings.listing import Listing

LISTINGS: dict[str, Listing] = {
    listing.name: listing
    for listing in (*case.LISTINGS, *trainee.LISTINGS, *rule.LISTINGS, *register.LISTINGS, *body.LISTINGS, *sitting.LISTINGS)
}  # fmt: skip


def listing_named(name: str) -> Listing:
    """The list whose address has this name. Raises Http404 where there is none."""
    if name not in LISTINGS:
        raise Http404
    return LISTINGS[name]
