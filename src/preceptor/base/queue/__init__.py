"""The work queue: leased jobs behind the Django Tasks interface, on both databases."""
