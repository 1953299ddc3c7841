"""Text to facts, facts to an immutable snapshot that follows names across files."""
