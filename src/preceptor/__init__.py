"""Preceptor: medical training under regulations that are data."""
