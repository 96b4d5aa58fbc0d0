"""What is noted of somebody beside the tables: the last digest shown, files written for them.

Deleting a person reaches the database only. So it is noted where files with a digest went, for whom
only as a keyed hash, and a deletion names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.damage import decodes
from core.items import ItemKey
from core.ports.delivery import SubscriptionStore
from core.ports.mail import Hasher
from core.ports.storage import KeyValueStore

_FILES = "exported files"
"""Name of the text in the database; stored."""

MOST_FILES = 2_000
"""Files that are noted, the latest ones."""

OF_SEVERAL = ""
"""Stands for whoever has a digest in a file that holds those of several people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Keeps notes of people, and forgets them.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        texts: where they are kept.
        subscriptions: whose files name a subscription in place of a person.
        hashed: keyed hash.
    """

    texts: KeyValueStore
    subscriptions: SubscriptionStore
    hashed: Hasher

    def remember_shown(self, profile: str, items: Sequence[ItemKey]) -> None:
        """Keep which item stood at which number in the digest shown last for a profile."""
        self.texts.put(self._shown(profile), json.dumps([str(key) for key in items]))

    def shown(self, profile: str) -> tuple[ItemKey, ...]:
        """Return the items of the digest shown last for a profile, in their order."""
        return _keys(self.texts.get(self._shown(profile)) or "[]")

    def note_files(self, files: Mapping[Path, str]) -> None:
        """Note that files were written, each with its profile, subscription or ``OF_SEVERAL``."""
        known = self._noted()
        new = {str(path.absolute()): self._who(who) for path, who in files.items()}
        if known | new == known:
            return
        kept = {path: who for path, who in known.items() if path not in new and Path(path).exists()}
        self._keep(kept | new)

    def files(self) -> list[Path]:
        """Return the files that were noted and are still there."""
        return [Path(path) for path in self._noted() if Path(path).is_file()]

    def forget(self, user: str) -> tuple[Path, ...]:
        """Forget a person; call it while their subscriptions are there, which tell what is theirs.

        Args:
            user: an owner such as ``discord:123``, or a profile.

        Returns:
            The files that may show their digests and are still there.
        """
        theirs = {user}
        for one in self.subscriptions.subscriptions():
            if user in {one.owner, one.profile}:
                theirs |= {one.id, one.profile} if one.has_own_interests else {one.id}
        for profile in theirs:
            if self.texts.get(key := self._shown(profile)):
                self.texts.put(key, "")
        wanted = set(map(self._who, theirs))
        known = self._noted()
        found = [path for path, who in known.items() if who in wanted]
        if found:
            self._keep({path: who for path, who in known.items() if who not in wanted})
        several = [path for path, who in known.items() if who == OF_SEVERAL]
        return tuple(path for path in map(Path, (*found, *several)) if path.exists())

    def _shown(self, profile: str) -> str:
        return f"last shown {self.hashed(profile)}"

    def _who(self, who: str) -> str:
        return OF_SEVERAL if who == OF_SEVERAL else self.hashed(who)

    def _noted(self) -> dict[str, str]:
        return _files(self.texts.get(_FILES) or "{}")

    def _keep(self, files: Mapping[str, str]) -> None:
        latest: Iterable[tuple[str, str]] = list(files.items())[-MOST_FILES:]
        self.texts.put(_FILES, json.dumps(dict(latest)))


@decodes("a note of the last digest shown")
def _keys(text: str) -> tuple[ItemKey, ...]:
    return tuple(map(ItemKey.parse, json.loads(text)))


@decodes("a note of exported files")
def _files(text: str) -> dict[str, str]:
    return {str(Path(path)): who for path, who in json.loads(text).items()}
