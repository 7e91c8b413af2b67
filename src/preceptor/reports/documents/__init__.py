"""One document model and its three writers: HTML, Word and PDF.

The model (`model`) is what a report says; the writers (`html`, `word`, `pdf`) say how it is set.
Nothing here reads a database, and no writer computes a number.
"""
