"""One module per form of a digest; each shows the same ``Digest`` and nothing else."""
