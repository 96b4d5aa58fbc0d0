"""Sending: take parts from the outbox, hand them to a deliverer, record the result."""
