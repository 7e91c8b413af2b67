"""Named reads of this room, by noun."""

from .appointment import delegation_of as delegation_of
from .appointment import next_tranche as next_tranche
from .appointment import scorecard as scorecard
from .appointment import teaching_load as teaching_load
from .appointment import teaching_loads as teaching_loads
from .laboratory import balance as balance
from .laboratory import balance_asked as balance_asked
from .laboratory import left_behind as left_behind
from .laboratory import running_requests as running_requests
from .station import Aim as Aim
from .station import Coverage as Coverage
from .station import Covered as Covered
from .station import Headcount as Headcount
from .station import Retention as Retention
from .station import aims as aims
from .station import coverage as coverage
from .station import headcount as headcount
from .station import retention as retention
from .station import running_on as running_on
from .station import stays_on as stays_on
