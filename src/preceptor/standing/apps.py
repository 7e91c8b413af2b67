from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "preceptor.standing"
    label = "standing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be asked before every deed commits."""
        from preceptor.base.deeds import register_reevaluator

        from .actions import reevaluate

        register_reevaluator(reevaluate)
