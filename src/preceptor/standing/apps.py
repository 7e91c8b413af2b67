from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "preceptor.standing"
    label = "standing"
    default_auto_field = "django.db.models.BigAutoField"
