"""Addresses, their confirmation, and what is sent to them."""
