"""Records by the million: read in columns from Parquet or from the database, judged in chunks,
re-checked by sample, and written to a file.

Only commands and jobs import this: a web process loads no engine for bulk work.
"""
