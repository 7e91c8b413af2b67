from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "preceptor.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Appeals are cases of this room's own; advice, terms that end and vacant seats are tasks; the
        scope of a reader tells who competes."""
        from preceptor.people.access import register_mark

        from .appeals import AppealPort
        from .registry import register_port
        from .rivals import COMPETES, asks_in_competition
        from .tasks import register_source
        from .waiting import ADVICE, TERMS, VACANCIES

        register_port(AppealPort())
        register_mark(COMPETES, asks_in_competition)
        register_source("advice", ADVICE)
        register_source("term", TERMS)
        register_source("vacancy", VACANCIES)
