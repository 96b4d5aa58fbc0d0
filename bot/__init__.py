"""The Discord bot: what members see, and how digests reach channels and direct messages.

The only package that imports ``discord``. Every button carries all it needs in its custom id, so
that old messages and restarts make no difference; every answer is laid out by pure functions that
know Discord's limits (``layout``, ``cards``); use cases come in as ``services.Services``.
"""
