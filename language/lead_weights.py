"""The weights of ``language.lead_features``, written by ``benchmarks/learn_lead.py``.

Learnt from the 1,991 papers of SciTLDR-A's train part (allenai/scitldr at 5ccad9c,
Apache-2.0; Cachola et al. 2020). None of its text is in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "log words": 0.2901,
        "words": -0.06025,
        "words squared": -0.07619,
        "commas": -0.2914,
        "we": 0.3013,
        "in this paper": 0.1904,
        "pointing": 0.0552,
        "has been": -0.2203,
        "experiment": -0.05615,
        "detail": -0.02354,
        "thing": 0.1005,
        "second": -0.08376,
        "last": 0.1022,
        "we make": 0.1587,
        "we find": -0.07166,
        "we study": -0.09887,
        "first cue": 0.3357,
        "after cue": 0.1767,
        "far after cue": -0.2629,
        "opens with cue": 0.3676,
        "we before": 0.1017,
        "title": 1.148,
        "title density": 0.4948,
        "title pairs": 0.3812,
        "repeated": 0.8988,
        "like last": 0.2815,
        "untold": 0.2199,
        "repeated of most": 0.367,
    }
)
"""What one unit of each number adds to a sentence's score."""
