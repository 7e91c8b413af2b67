from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "preceptor.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import mail  # noqa: F401  registers its job
