from preceptor.web.urls import urlpatterns

__all__ = ["urlpatterns"]
