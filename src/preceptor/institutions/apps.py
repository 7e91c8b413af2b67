from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "preceptor.institutions"
    label = "institutions"
    default_auto_field = "django.db.models.BigAutoField"
