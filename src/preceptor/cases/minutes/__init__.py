"""Minutes of sittings: what they say, and the Word templates that say it."""
