from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "preceptor.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the names of background work known to pages and to the worker."""
        from . import tasks  # noqa: F401
