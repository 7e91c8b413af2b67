"""The operations, one module for each noun."""

from . import (
    account,
    body_step,
    calendar,
    case,
    case_step,
    census,
    change,
    composition,
    delegation,
    draft,
    enrolment,
    hearing,
    notice,
    pack,
    panel,
    register,
    regulation,
    rule,
    saved_search,
    search,
    sitting,
    sitting_step,
    standing,
    task,
    waiver,
)

#: Each once: modules that share addresses, as reading and writing a sitting, share a router.
ROUTERS = tuple(
    dict.fromkeys(
        module.router
        for module in (
            account,
            body_step,
            calendar,
            case,
            case_step,
            census,
            change,
            composition,
            delegation,
            draft,
            enrolment,
            hearing,
            notice,
            pack,
            panel,
            register,
            regulation,
            rule,
            saved_search,
            search,
            sitting,
            sitting_step,
            standing,
            task,
            waiver,
        )
    )
)
