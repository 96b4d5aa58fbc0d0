"""Measures of what digests did."""
