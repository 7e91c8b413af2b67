from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "preceptor.standing"
    label = "standing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be asked before every deed commits, by every case whose kind has a gate, and by task lists."""
        from preceptor.base.deeds import register_reevaluator
        from preceptor.cases.gates import register_gate
        from preceptor.cases.interests import register_interests as register_experts
        from preceptor.cases.tasks import register_source
        from preceptor.training.interests import register_interests

        from . import agreements, delegations
        from .actions import reevaluate
        from .gates import gate_answer
        from .interests import blocked, stopped_experts
        from .schema.words import GATE_TITLES
        from .waiting import DRAFTS, WAIVERS

        register_reevaluator(reevaluate)
        register_gate(gate_answer, GATE_TITLES)
        register_interests(blocked)
        register_experts(stopped_experts)
        register_source("waiver", WAIVERS)
        register_source("draft", DRAFTS)
        agreements.register()
        delegations.register()
