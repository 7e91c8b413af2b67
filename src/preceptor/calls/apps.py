from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "preceptor.calls"

    def ready(self) -> None:
        """Applications are cases."""
        from preceptor.cases.registry import register_port

        from .ports import ApplicationPort

        register_port(ApplicationPort())
