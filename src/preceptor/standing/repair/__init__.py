"""Panel repair: the smallest change of a composition that satisfies every rule.

Nothing here imports the solver but `solver.py` and `translating.py`; jobs and commands reach them
through `repairing.repair`, web processes read only the answer (`answer.py`).
"""
