"""One module per form of a digest; each shows the same ``Digest`` and nothing else.

What cannot be shown raises the errors of ``digests.view.view``.
"""
