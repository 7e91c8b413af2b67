from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "preceptor.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell `cases` what the requests of trainees are about."""
        from preceptor.cases.registry import register_port

        from .ports import MilestonePort, OtherPort, PeriodPort, StatePort

        for port in (MilestonePort(), PeriodPort(), StatePort(), OtherPort()):
            register_port(port)
