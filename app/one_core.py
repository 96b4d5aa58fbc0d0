"""How many processor cores matrix products take."""

from __future__ import annotations

import os


def use_one_core() -> None:
    """Let matrix products take one processor core; to be called before numpy is loaded.

    Those of ranking are small. On a busy machine further threads mostly wait for each other, and
    their waiting took up to ten times the processor time of the work. Who sets the variable of
    OpenBLAS, the library behind numpy, decides otherwise.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
