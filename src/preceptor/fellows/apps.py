from django.apps import AppConfig


class FellowsConfig(AppConfig):
    name = "preceptor.fellows"

    def ready(self) -> None:
        """Tell `cases` what the requests of this room are about, and `calls` for whom it calls."""
        from preceptor.calls.registry import register_purpose
        from preceptor.cases.registry import register_port
        from preceptor.cases.sources import register_source
        from preceptor.people.access import register_mark

        from .access.station import MARKS
        from .ports.assessment import AssessmentPort
        from .ports.charter import CharterPort
        from .ports.closing import ClosingPort
        from .ports.laboratory import LaboratoryPort
        from .ports.postdoc import PostdocPort
        from .ports.postdoc_purpose import PostdocPurpose
        from .ports.purpose import PiPurpose
        from .ports.station import StationPort
        from .waiting import STARTS, TERMS

        for port in (PostdocPort(), StationPort(), LaboratoryPort(), CharterPort()):
            register_port(port)
        for other in (AssessmentPort(), ClosingPort()):
            register_port(other)
        register_purpose(PostdocPurpose())
        register_purpose(PiPurpose())
        register_source("appointment", TERMS)
        register_source("appointment_start", STARTS)
        for word, asks in MARKS.items():
            register_mark(word, asks)
