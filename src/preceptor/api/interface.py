"""The REST interface: what the pages show, for programs."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from .guard import WHO
from .nouns import ROUTERS
from .refusals import answer_refusals

VERSION = "1"


class Interface(NinjaAPI):
    """Operations are called by the names of their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function, which no two operations share."""
        return operation.view_func.__name__

    def get_operation_url_name(self, operation: Operation, router: Any) -> str:
        """The name of the address."""
        return operation.view_func.__name__


def make() -> Interface:
    """The interface with all its operations."""
    api = Interface(
        title="Preceptor",
        version=VERSION,
        description="What the pages show, for programs. Dates are ISO; unknown values are null.",
        docs_url=None,
        openapi_url=None,
        auth=WHO,
        urls_namespace="api",
    )
    answer_refusals(api)
    for router in ROUTERS:
        api.add_router("", router)
    return api


api = make()
