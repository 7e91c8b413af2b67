"""Searches that an account keeps for its lists."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken

from ..access import may_change_search
from ..models import Account, SavedSearch

#: So many searches one account keeps for one list; more are no longer found again.
MOST_SEARCHES = 50
#: As long as the column of a name, and of a query.
SEARCH_NAME, SEARCH_QUERY = 80, 1000


def save_search(*, account: Account, listing: str, name: str, query: str, by: Actor) -> SavedSearch:
    """Keep the filters of a list under a name; the same once more is given unchanged.

    Raises PermissionDenied for another's account, InputRefused for an empty or too long name or
    filters too long to keep, and RuleBroken when the name is taken on the list or there are
    MOST_SEARCHES.
    """
    wanted = SavedSearch(account=account, listing=listing, name=_search_name(name), query=query)
    may_change_search(by, wanted).demand()
    if len(query) > SEARCH_QUERY:
        raise InputRefused(_("These filters are too long to be saved. Remove one of them."))
    with deed(by) as act:
        held = _searches_of(account).filter(listing=listing)
        same = next((one for one in held if one.name == wanted.name), None)
        if same is not None and same.query == query:
            return same
        if same is not None:
            raise RuleBroken(_name_taken(wanted.name))
        if len(held) >= MOST_SEARCHES:
            raise RuleBroken(
                _("This list has %(count)s saved searches. Remove one of them first.")
                % {"count": len(held)}
            )
        wanted.save()
        act.write("search.save", "account", account.pk, after={"listing": listing})
    return wanted


def rename_search(*, search: SavedSearch, name: str, by: Actor) -> SavedSearch:
    """Give a saved search another name.

    Raises PermissionDenied unless it is the own, InputRefused for an empty or too long name, and
    RuleBroken when the name is taken on the list or the search was removed.
    """
    may_change_search(by, search).demand()
    new = _search_name(name)
    with deed(by) as act:
        of_list = _searches_of(search.account).filter(listing=search.listing)
        held = {one.pk: one for one in of_list}
        if search.pk not in held:
            raise RuleBroken(_("This saved search was removed meanwhile."))
        if any(one.name == new for one in held.values() if one.pk != search.pk):
            raise RuleBroken(_name_taken(new))
        search.name = held[search.pk].name = new
        held[search.pk].save(update_fields=["name"])
        act.write("search.rename", "account", search.account_id, after={"listing": search.listing})
    return search


def remove_search(*, search: SavedSearch, by: Actor) -> None:
    """Forget a saved search; one that is gone already stays gone. Raises PermissionDenied."""
    may_change_search(by, search).demand()
    with deed(by) as act:
        gone, _rows = SavedSearch.objects.filter(pk=search.pk).delete()
        if gone:
            before = {"listing": search.listing}
            act.write("search.remove", "account", search.account_id, before=before)


def _searches_of(account: Account) -> QuerySet[SavedSearch]:
    """The account's searches, of which nobody saves another until this deed closes."""
    Account.objects.select_for_update().get(pk=account.pk)
    return SavedSearch.objects.filter(account=account)


def _search_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > SEARCH_NAME:
        raise InputRefused(
            _("A saved search has a name of at most %(count)s characters.") % {"count": SEARCH_NAME}
        )
    return name


def _name_taken(name: str) -> str:
    return _("A search of this list is named %(name)s already. Choose another name.") % {
        "name": name
    }
