from .draft import PackDraft
from .finding import Finding, FindingChange
from .pack import PackComposition, PackInForce
from .preview import Preview, PreviewFlip
from .run import StandingRun
from .standing import Standing, StandingTally
from .waiver import Waiver, WaiverSignature

__all__ = [
    "Finding",
    "FindingChange",
    "PackComposition",
    "PackDraft",
    "PackInForce",
    "Preview",
    "PreviewFlip",
    "Standing",
    "StandingRun",
    "StandingTally",
    "Waiver",
    "WaiverSignature",
]
