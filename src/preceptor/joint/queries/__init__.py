"""Named reads of agreements, obligations, partners and joint schools."""

from .obligation import ObligationStanding, obligation_states
from .partner import (
    CountryAbroad,
    CountryPartners,
    abroad_by_country,
    abroad_on,
    partners_active,
    partners_by_country,
    partners_ever,
)
from .settlement import (
    Payment,
    Settlement,
    Side,
    SideAccount,
    settlement,
    shares_on,
    side_of,
)
from .standing import (
    IN_FORCE,
    Ended,
    chain_of,
    ended_with_people,
    expiring,
    in_force,
    last_day,
    predecessors,
    standing_of,
    standings,
    with_standing,
)

__all__ = [
    "IN_FORCE", "CountryAbroad", "CountryPartners", "Ended", "ObligationStanding", "Payment",
    "Settlement", "Side", "SideAccount", "abroad_by_country", "abroad_on", "chain_of",
    "ended_with_people", "expiring", "in_force", "last_day", "obligation_states",
    "partners_active", "partners_by_country", "partners_ever", "predecessors", "settlement",
    "shares_on", "side_of", "standing_of", "standings", "with_standing",
]  # fmt: skip
