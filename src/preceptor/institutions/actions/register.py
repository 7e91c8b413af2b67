"""Who keeps the registers of the installation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Operator
from preceptor.base.permits import GRANTED, Permit, refused


def may_keep_registers(by: Actor) -> Permit:
    """The registers of the installation are kept from its command line."""
    if isinstance(by, Operator):
        return GRANTED
    return refused(_("The registers of units and regulations are kept by the operator."))
