"""Kinds of deadlines: a list's type and label, read together.

A paper's deadline is no notification, and lists mix them up: a type "submission" stands beside the
label "Notification of Acceptance". The label is what its author wrote, so it goes first.
"""

from __future__ import annotations

import re

PAPER = "paper"
ABSTRACT = "abstract"
NOTIFICATION = "notification"
START = "start"
END = "end"

_TYPES = {
    "submission": PAPER,
    "paper": PAPER,
    "deadline": PAPER,
    "": PAPER,
    "abstract": ABSTRACT,
    "notification": NOTIFICATION,
    "final_decision": NOTIFICATION,
    "decision": NOTIFICATION,
    "camera_ready": "camera-ready",
    "review_release": "reviews",
    "rebuttal_start": "rebuttal start",
    "rebuttal_end": "rebuttal",
    "rebuttal": "rebuttal",
    "rebuttal_and_revision": "rebuttal",
    "commitment_deadline": "commitment",
    "reviewer_registration": "registration",
}
_LABELS = (
    (NOTIFICATION, r"notif|acceptance|decision|results"),
    ("opens", r"\bopen(s|ing|ed)?\b"),
    ("camera-ready", r"camera|final version"),
    ("rebuttal start", r"(rebuttal|discussion|response).*(start|begin)"),
    ("rebuttal", r"rebuttal|discussion|author response"),
    ("reviews", r"reviews? (release|due|available)"),
    ("supplementary", r"supplement"),
    ("registration", r"registration|register"),
    ("proposal", r"proposal|tutorial|workshop|demo|doctoral|poster|challenge|special session"),
)
_READ_BY_LABEL = frozenset({PAPER, ABSTRACT})
_NAMES = {
    PAPER: "paper submission",
    ABSTRACT: "abstract submission",
    NOTIFICATION: "notification",
    "reviews": "reviews released",
    "rebuttal": "end of rebuttal",
    START: "starts",
    END: "ends",
}


def kind_of(type_: str, label: str) -> str:
    """Return the kind of a deadline.

    Args:
        type_: as the list writes it, may be empty.
        label: in words, may be empty.
    """
    typed = type_.strip().lower().replace("-", "_").replace(" ", "_")
    kind = _TYPES.get(typed, typed.replace("_", " "))
    if kind not in _READ_BY_LABEL:
        return kind
    words = label.lower()
    said = next((name for name, pattern in _LABELS if re.search(pattern, words)), "")
    if said == "registration" and "abstract" in words:
        return ABSTRACT  # "abstract registration" is how some call its submission
    return said or (ABSTRACT if "abstract" in words and "paper" not in words else kind)


def label_of(kind: str, label: str) -> str:
    """Return what a deadline is called: as its list says, else by its kind."""
    return label or _NAMES.get(kind, kind)
