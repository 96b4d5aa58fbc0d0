"""The values that every package speaks of, and pure rules on them; standard library only."""
