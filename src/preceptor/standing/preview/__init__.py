"""What a planned content of a pack would change for the people there are."""
