"""Ranked items to messages: what goes into a digest, and how it looks."""
