"""Making a digest, and saying how it was made."""
