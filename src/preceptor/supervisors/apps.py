from django.apps import AppConfig


class SupervisorsConfig(AppConfig):
    name = "preceptor.supervisors"
    label = "supervisors"
    default_auto_field = "django.db.models.BigAutoField"
