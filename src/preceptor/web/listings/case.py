"""Lists of requests and of what waits on the reader."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from preceptor.web.filters.case import CaseFilter, filtered_cases
from preceptor.web.filters.task import TaskFilter, wanted_tasks
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables import case as cases
from preceptor.web.tables import task as tasks


def _cases(user: Any, query: QueryDict) -> Sheet:
    chosen = CaseFilter(query, user).chosen()
    return Sheet(cases.heads(), cases.lines(user, filtered_cases(user, chosen)))


def _tasks(user: Any, query: QueryDict) -> Sheet:
    chosen = TaskFilter(query, user).chosen()
    return Sheet(tasks.heads(), map(tasks.line, wanted_tasks(user, chosen)))


LISTINGS = (
    Listing("cases", _("Requests"), tuple(CaseFilter.base_fields), _cases),
    Listing("tasks", _("Tasks"), tuple(TaskFilter.base_fields), _tasks),
)
