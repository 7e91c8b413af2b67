from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "preceptor.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Appeals are cases of this room's own; advice and terms that end are among the tasks."""
        from .appeals import AppealPort
        from .registry import register_port
        from .tasks import register_source
        from .waiting import ADVICE, TERMS

        register_port(AppealPort())
        register_source("advice", ADVICE)
        register_source("term", TERMS)
