"""The composition root: settings, wiring, command line, scheduler; nobody imports it."""
