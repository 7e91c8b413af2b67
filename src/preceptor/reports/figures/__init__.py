"""Figures: named definitions over a census that give a value and the keys of its records.

Definitions lie by chapter of the yearly report, one file each; `registry` collects them.
"""
