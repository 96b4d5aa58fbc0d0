"""Orders items for a person, with reasons that are the computation; no I/O, no clock."""
