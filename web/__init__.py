"""The web page: digests, the archive, and preferences by signed links. Built by ``app``."""
