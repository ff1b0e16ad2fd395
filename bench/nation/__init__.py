"""The national case: an invented transcription of every township-level division of a list."""
