"""Tests of the sample day."""
