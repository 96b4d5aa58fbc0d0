"""The web page: digests, the archive, and what people do by signed links. Built by ``app``."""
