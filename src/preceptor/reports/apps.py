from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "preceptor.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The dossiers of stations are compiled out of censuses."""
        from preceptor.fellows.dossiers import register_compiler

        from .dossier import compiled

        register_compiler(compiled)
