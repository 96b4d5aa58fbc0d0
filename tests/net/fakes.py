"""Fakes for time and for what answers said about changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.sources import Validators


@dataclass
class FakeTimer:
    """A timer whose sleep only moves its hands."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.naps.append(seconds)
        self.now += seconds


@dataclass
class FakeValidatorStore:
    """Remembers validators in a dictionary."""

    kept: dict[str, Validators] = field(default_factory=dict)

    def recall(self, url: str) -> Validators | None:
        return self.kept.get(url)

    def keep(self, url: str, validators: Validators) -> None:
        self.kept[url] = validators
