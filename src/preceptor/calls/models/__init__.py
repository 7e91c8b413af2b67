from .application import ApplicationWork, CallApplication, Score
from .call import Call, Criterion
from .offer import Offer

__all__ = ["ApplicationWork", "Call", "CallApplication", "Criterion", "Offer", "Score"]
