"""The optional model: whether it can run here, and marks for tests that need it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "shared" / "models" / "all-MiniLM-L6-v2-q8"
EXTRA = all(find_spec(name) for name in ("onnxruntime", "tokenizers"))

needs_extra = pytest.mark.skipif(not EXTRA, reason="needs ./run extra semantic")
without_extra = pytest.mark.skipif(EXTRA, reason="the extra semantic is installed here")
needs_model = pytest.mark.skipif(
    not (EXTRA and MODEL.is_dir()),
    reason="needs ./run extra semantic, and a model beside the clone",
)
