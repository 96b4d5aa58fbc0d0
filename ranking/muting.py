"""Words and phrases that a person does not want to meet."""

from __future__ import annotations

from core.items import Item
from core.people import Profile
from language.tokens import BREAK, fold, words


def muted_by(profile: Profile, item: Item) -> str | None:
    """Return the muted phrase, as written, that the item's text or tags hold, or None.

    Whole words are compared, case and accents ignored: "art" does not mute "article". A muted
    phrase mutes where its words stand side by side. A phrase without a single letter or digit
    mutes nothing, for it would mute everything.
    """
    if not profile.muted:
        return None
    text = _spaced(item.text)
    tags = {fold(tag) for tag in item.tags}
    for phrase in profile.muted:
        wanted = _spaced(phrase)
        if wanted.strip() and (wanted in text or fold(phrase.strip()) in tags):
            return phrase
    return None


def _spaced(text: str) -> str:
    """The folded words with one space around each, so that ``in`` compares whole words."""
    return f" {' '.join(fold(word) for word in words(text) if word != BREAK)} "
