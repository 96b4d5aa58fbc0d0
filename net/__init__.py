"""HTTP for the sources: one way out, with deadlines, limits, retries and pace."""
