"""Questions in, cited items out."""
