"""Feeds that members add: who sees them, and how they fare."""
