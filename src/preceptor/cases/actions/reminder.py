"""A reminder that the asker sends to those with whom a request lies, once a day."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today

from ..access.time import may_remind
from ..letters import holders, readers_of, write_letters
from ..models import Case, Reminder, Task
from .stepping import locked


def remind(*, case: Case, by: Actor) -> Reminder:
    """Remind everybody on whom the request waits, by letter and on the pages; once a day for a request,
    whoever asks.

    Raises PermissionDenied, and RuleBroken for a second one on the same day, saying who was reminded
    when, or when nobody on whom it waits has an account or an address.
    """
    may_remind(by, case).demand()
    with deed(by) as act:
        held = locked(case)
        may_remind(by, held).demand()
        _refuse_second(held)
        written = write_to_holders(held, f"remind:{held.pk}:{today().isoformat()}")
        # Who has an account finds the reminder on the pages too, also without an address.
        told = list(dict.fromkeys([*written, *_with_account(held)]))
        if not told:
            raise RuleBroken(
                _("No address of those on whom it waits is recorded. Ask the office in person.")
            )
        row = Reminder.objects.create(
            case=held, on=today(), by_key=by.actor_key, by_name=by.actor_name
        )
        act.write("case.remind", "case", held.pk, after={"told": told})
    return row


def _with_account(case: Case) -> list[str]:
    """The names of the accounts on which the case waits."""
    tasks = Task.objects.filter(case=case, done_at=None).select_related("account", "person")
    return [account.name for task in tasks.order_by("id") for account in holders(task)]


def _refuse_second(case: Case) -> None:
    first = Reminder.objects.filter(case=case, on=today()).first()
    if first is None:
        return
    lines = JournalEntry.objects.filter(
        subject_kind="case", subject_key=str(case.pk), verb="case.remind"
    )
    line = lines.order_by("-number").first()
    told = (line.after or {}).get("told", []) if line is not None else []
    at = timezone.localtime(line.at).strftime("%H:%M") if line is not None else ""
    raise RuleBroken(
        _(
            "%(names)s were reminded today at %(time)s by %(by)s. The next reminder goes out tomorrow."
        )
        % {"names": _("; ").join(told), "time": at, "by": first.by_name}
    )


def write_to_holders(case: Case, unique_key: str) -> list[str]:
    """Write to those on whom the case waits that it does; gives whom, each once."""

    def words() -> tuple[str, str]:
        values = {"number": str(case)}
        body = _("%(number)s waits on you. Please see to it on its page.") % values
        if case.due_on is not None:
            last = {"day": case.due_on.isoformat()}
            body += "\n\n" + _("Its time ends, or ended, on %(day)s.") % last
        return _("Reminder: %(number)s waits on you") % values, body

    told: list[str] = []
    tasks = Task.objects.filter(case=case, done_at=None)
    for task in tasks.select_related("account", "person").order_by("id"):
        told += write_letters(readers_of(task), words, unique_key)
    return list(dict.fromkeys(told))
