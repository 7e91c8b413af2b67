"""The yearly report of the degree point: its chapters, assembled from a frozen census."""
