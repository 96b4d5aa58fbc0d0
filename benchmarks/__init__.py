"""One script per claim; those on real data read ``../shared`` and say so where it is missing."""
