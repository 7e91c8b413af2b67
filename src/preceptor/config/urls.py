from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

from preceptor.web.urls import urlpatterns as pages

__all__ = ["urlpatterns"]


class LateResolver(URLResolver):
    """Addresses in a namespace of their own, whose module is imported at the first request below.

    A page that asks for the address of another page needs none of them; Django would read them all.
    """

    def _populate(self) -> None:
        """Gathers no names: `reverse` in a namespace reads the addresses themselves."""


urlpatterns = [
    *pages,
    LateResolver(RoutePattern("api/"), "preceptor.api.urls", app_name="api", namespace="api"),
]
