"""The REST side of the stand-in, one module per area."""
