"""The letters that applicants get about a call; what was decided is on the page, not in the mail."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.addresses import public_url
from preceptor.cases.letters import reader_of, write_letters

from ..models import Call, CallApplication, Offer

Words = Callable[[], tuple[str, str]]


def tell_offer(offer: Offer) -> None:
    """A place is offered, to be answered until a day."""

    def words() -> tuple[str, str]:
        names = _names(offer.application) | {"day": offer.answer_by.isoformat()}
        return _("You are offered a place: %(title)s") % names, _(
            "You are offered a place: %(title)s. Please accept or decline by %(day)s, that day "
            "included:\n%(address)s\n"
        ) % names

    _write(offer.application, words, f"offer:{offer.pk}")


def tell_lapsed(offer: Offer) -> None:
    """An offer was not answered in time."""

    def words() -> tuple[str, str]:
        names = _names(offer.application) | {"day": offer.answer_by.isoformat()}
        return _("The offer has lapsed: %(title)s") % names, _(
            "The place that was offered to you could be taken until %(day)s and has lapsed: "
            "%(title)s.\n"
        ) % names

    _write(offer.application, words, f"offer:{offer.pk}:lapsed")


def tell_withdrawn(offer: Offer, reason: str) -> None:
    """An offer was taken back, and why."""

    def words() -> tuple[str, str]:
        names = _names(offer.application) | {"reason": reason}
        return _("The offer was taken back: %(title)s") % names, _(
            "The place that was offered to you was taken back: %(title)s.\n\n%(reason)s\n"
        ) % names

    _write(offer.application, words, f"offer:{offer.pk}:withdrawn")


def tell_compared(application: CallApplication) -> None:
    """The comparison is finished; its result is on the page."""

    def words() -> tuple[str, str]:
        names = _names(application)
        return _("The applications were compared: %(title)s") % names, _(
            "The applications to “%(title)s” were compared. The result of yours is here:\n"
            "%(address)s\n"
        ) % names

    _write(application, words, f"application:{application.pk}:compared")


def tell_cancelled(application: CallApplication, reason: str) -> None:
    """The call was cancelled, and why."""

    def words() -> tuple[str, str]:
        names = _names(application) | {"reason": reason}
        return _("Cancelled: %(title)s") % names, _(
            "This call is cancelled: %(title)s.\n\n%(reason)s\n"
        ) % names

    _write(application, words, f"application:{application.pk}:cancelled")


def _names(application: CallApplication) -> dict[str, str]:
    address = public_url("application", application.pk)
    return {"title": title_of(application.call), "address": address}


def title_of(call: Call) -> str:
    """What the call is named in the language that is active."""
    return call.title_en if get_language() == "en" else call.title_zh


def _write(application: CallApplication, words: Words, key: str) -> None:
    reader = reader_of(application.case.asked_by, application.person)
    write_letters([reader], words, key)
