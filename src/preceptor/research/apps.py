from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "preceptor.research"
    label = "research"
    default_auto_field = "django.db.models.BigAutoField"
