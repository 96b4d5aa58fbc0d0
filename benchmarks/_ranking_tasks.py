"""Reads ranking tasks: the format of the ranking benchmarks, and what may be wrong with a file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadTaskError(Exception):
    """A task that cannot be read; its text is one line that says where and why."""


@dataclass(frozen=True)
class Case:
    """What the ranker may know of one case: never what was relevant.

    Attributes:
        user: its name.
        interests: written phrases.
        liked: ids of liked items.
        candidates: ids of the items to rank, each once.
        withheld: ids of items that must not serve as examples of anything.
        shared: whether others have the same candidates, liked ones of which are no finds.
    """

    user: str
    interests: tuple[str, ...]
    liked: tuple[str, ...]
    candidates: tuple[str, ...]
    withheld: frozenset[str]
    shared: bool


@dataclass(frozen=True)
class Task:
    """One task as its files give it.

    Attributes:
        name: what it calls itself.
        kind: ``ranking``, ``graded-ranking`` or ``graded-pairs``.
        metrics: what it asks for, by name.
        items: path of its items file, absolute.
        new: whether nothing may be learned from the candidates.
        cases: what the ranker sees.
        relevant: by user, for the metrics alone: ids, or grades by id.
        fold: by user, for the metrics alone: what means are taken over first.
    """

    name: str
    kind: str
    metrics: tuple[str, ...]
    items: Path
    new: bool
    cases: tuple[Case, ...]
    relevant: Mapping[str, Any]
    fold: Mapping[str, str]


KINDS = ("ranking", "graded-ranking", "graded-pairs")


def find_tasks(data: Path) -> list[Path]:
    """Return the folders of all tasks in a folder, at any depth, itself included.

    Raises:
        BadTaskError: if there is none.
    """
    if not data.is_dir():
        raise BadTaskError(f"{data} is not a folder")
    folders = sorted(path.parent for path in data.rglob("task.json"))
    if not folders:
        raise BadTaskError(f"{data} holds no task.json, at any depth")
    return folders


def read_task(folder: Path) -> Task:
    """Read a task's files but for its items.

    Raises:
        BadTaskError: if a file is missing or does not hold what it should.
    """
    told = _told(folder / "task.json")
    users = folder / told["users"]
    pools: dict[str, tuple[str, ...]] = {}
    rows: dict[str, dict[str, Any]] = {}
    cases = []
    for number, row in _numbered(users):
        try:
            case = _case(row, told.get("candidates_file"), folder, pools)
            rows[case.user] = {"relevant": row["relevant"], "fold": str(row.get("fold", ""))}
        except (KeyError, TypeError, AttributeError) as error:
            raise BadTaskError(f"{users}:{number}: not a case: {_what(error)}") from None
        cases.append(case)
    if not cases:
        raise BadTaskError(f"{users} holds no case")
    return Task(
        name=str(told.get("task") or folder.name),
        kind=told["kind"],
        metrics=tuple(told.get("metrics") or ()),
        items=(folder / told["items"]).resolve(),
        new=bool(told.get("candidates_are_new")),
        cases=tuple(cases),
        relevant={user: row["relevant"] for user, row in rows.items()},
        fold={user: row["fold"] for user, row in rows.items()},
    )


def read_items(path: Path) -> dict[str, str]:
    """Return the text of each item by id: phrases apart where a title or a bag of words has none.

    Raises:
        BadTaskError: if the file is missing or a line is no item.
    """
    texts = {}
    for number, row in _numbered(path):
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise BadTaskError(f"{path}:{number}: an item needs an id")
        # The words of a bag stand in no order, so none of them form a pair.
        bag = " . ".join(_text(row.get("tokens")).split())
        parts = (_text(row.get("title")), _text(row.get("abstract")), bag)
        texts[row["id"]] = "\n. ".join(part for part in parts if part)
    return texts


def read_prose(path: Path) -> dict[str, str]:
    """Return title and abstract by id, of the items that have any; a bag of words is no prose.

    Raises:
        BadTaskError: if the file is missing.
    """
    texts = {}
    for _, row in _numbered(path):
        parts = (_text(row.get("title")), _text(row.get("abstract")))
        if any(parts):
            texts[row["id"]] = "\n".join(part for part in parts if part)
    return texts


def _told(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadTaskError(f"{path}: {_what(error)}") from None
    for name in ("kind", "users", "items"):
        if not isinstance(told, dict) or not isinstance(told.get(name), str):
            raise BadTaskError(f"{path}: {name!r} is missing")
    if told["kind"] not in KINDS:
        raise BadTaskError(f"{path}: kind is {told['kind']!r}, not one of {', '.join(KINDS)}")
    return dict(told)


def _case(
    row: Mapping[str, Any], shared: str | None, folder: Path, pools: dict[str, tuple[str, ...]]
) -> Case:
    own = row.get("candidates")
    if own is None:
        name = row.get("candidates_file") or shared or ""
        if name not in pools:
            pools[name] = _ids(folder / name)
        own = pools[name]
    return Case(
        user=str(row["user"]),
        interests=tuple(row.get("interests") or ()),
        liked=tuple(row.get("liked") or ()),
        candidates=tuple(dict.fromkeys(own)),
        withheld=frozenset(row.get("withheld") or ()),
        shared=row.get("candidates") is None,
    )


def _ids(path: Path) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(path.read_text(encoding="utf-8").split()))
    except (OSError, ValueError) as error:
        raise BadTaskError(f"{path}: {_what(error)}") from None


def _numbered(path: Path) -> Iterator[tuple[int, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except ValueError as error:
        raise BadTaskError(f"{path}:{number}: {_what(error)}") from None
    except (OSError, EOFError) as error:
        raise BadTaskError(f"{path}: {_what(error)}") from None


def _text(value: object) -> str:
    """Return a text, also where it comes as a list of sentences or is left out."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _what(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
