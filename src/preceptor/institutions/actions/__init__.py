"""Every write to units, disciplines, regulations and platforms."""

from .discipline import add_discipline
from .platform import add_co_builder, change_platform_state, end_co_builder, register_platform
from .register import may_keep_registers
from .regulation import CitedClause, CitedSource, keep_cited, register_regulation
from .unit import end_relation, open_laboratory_unit, open_unit, relate_units

__all__ = [
    "CitedClause",
    "CitedSource",
    "add_co_builder",
    "add_discipline",
    "change_platform_state",
    "end_co_builder",
    "end_relation",
    "keep_cited",
    "may_keep_registers",
    "open_laboratory_unit",
    "open_unit",
    "register_platform",
    "register_regulation",
    "relate_units",
]
