"""The sources on loopback: every answer and every fault that they are known for.

``SourceServer`` is a real HTTP server. Tell it what to answer on the sources' own paths
(``paths``), give a fetcher its addresses (``SourceServer.addresses``), and read in ``requests``
what was asked. The fixture ``sources`` stands in ``fixtures``; a folder of tests that needs it
imports it in its ``conftest.py``.
"""
