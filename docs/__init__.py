"""The documentation; its only code makes its pictures."""
