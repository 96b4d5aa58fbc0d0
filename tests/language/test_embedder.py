from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigError, UnavailableError
from language.embedder import LocalEmbedder, answers
from tests.model import MODEL, needs_extra, needs_model

ROOT = Path(__file__).parents[2]

# Answers the length of each text as one byte; dies of "die", speaks nonsense of "nonsense".
WORKER = """
import json, sys
for line in sys.stdin:
    text = json.loads(line)
    if text == "die":
        sys.exit("first line\\nno such thing")
    print("zz" if text == "nonsense" else bytes([len(text)]).hex(), flush=True)
"""


def worker(*texts: str) -> list[bytes]:
    return list(answers([sys.executable, "-I", "-c", WORKER], texts))


def test_each_text_gets_its_own_line_whatever_is_in_it() -> None:
    assert worker("", "a\nb", "\ud800", '"') == [b"\x00", b"\x03", b"\x01", b"\x01"]


def test_texts_are_read_only_as_they_are_answered() -> None:
    read = []

    def texts() -> object:
        for text in ("a", "bb", "ccc"):
            read.append(text)
            yield text

    found = answers([sys.executable, "-I", "-c", WORKER], texts())  # type: ignore[arg-type]
    assert next(found) == b"\x01"
    assert read == ["a"]
    found.close()
    assert read == ["a"]


@pytest.mark.parametrize(
    ("text", "said"), [("die", "no such thing"), ("nonsense", "non-hexadecimal")]
)
def test_a_process_that_fails_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UnavailableError, match=said) as caught:
        worker("a", text, "b")
    assert "\n" not in str(caught.value)


def test_without_its_packages_it_says_what_to_install() -> None:
    code = "from language.embedder import require_packages as r\ntry: r()\nexcept Exception as e:"
    done = subprocess.run(  # noqa: S603  our own code; -S leaves all packages out
        [sys.executable, "-S", "-c", f"{code} print(type(e).__name__, e)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("UnavailableError")
    assert "./run extra semantic" in done.stdout


@needs_extra
def test_a_folder_without_a_model_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no model\.onnx"):
        LocalEmbedder(tmp_path)


@needs_extra
def test_a_file_that_is_no_model_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text(json.dumps({}))
    with pytest.raises(UnavailableError, match="the model does not work") as caught:
        list(LocalEmbedder(tmp_path).embed(["a"]))
    assert "\n" not in str(caught.value)


def likeness(one: bytes, other: bytes) -> float:
    left, right = (memoryview(packed).cast("b").tolist() for packed in (one, other))
    dot = sum(a * b for a, b in zip(left, right, strict=True))
    return float(dot / (sum(a * a for a in left) * sum(b * b for b in right)) ** 0.5)


@needs_model
def test_texts_that_mean_the_same_are_close_without_sharing_a_word() -> None:
    car, auto, bread = LocalEmbedder(MODEL).embed(
        ["a car that drives itself", "autonomous vehicles", "baking with yeast"]
    )
    assert len(car) == 384
    assert likeness(car, auto) > likeness(car, bread) + 0.3


@needs_model
def test_a_vector_depends_on_its_text_alone() -> None:
    texts = ["short", "a much longer text " * 40, "", "日本語 " * 9000, "short"]
    model = LocalEmbedder(MODEL)
    together = list(model.embed(texts))
    assert together[0] == together[4]
    assert together == [next(model.embed([text])) for text in texts]


@needs_model
def test_another_model_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"other")
    (tmp_path / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    names = {LocalEmbedder(folder).model for folder in (MODEL, MODEL, tmp_path)}
    assert len(names) == 2
