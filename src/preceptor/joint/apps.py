from django.apps import AppConfig


class JointConfig(AppConfig):
    name = "preceptor.joint"
    label = "joint"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what of agreements waits on somebody appear among the tasks."""
        from preceptor.cases.tasks import register_source

        from .waiting import AGREEMENTS, OBLIGATIONS

        register_source("agreement", AGREEMENTS)
        register_source("obligation", OBLIGATIONS)
