from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigError, UnavailableError
from language.embedder import LocalEmbedder, ModelFiles, answers
from tests.model import EXTRA, model_folder, needs_extra

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "models" / "all-MiniLM-L6-v2-q8"

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


def test_a_folder_without_a_model_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no model\.onnx"):
        ModelFiles.of_folder(tmp_path)
    (tmp_path / "model.onnx").touch()
    with pytest.raises(ConfigError, match=r"no tokenizer\.json"):
        ModelFiles.of_folder(tmp_path)


@needs_extra
def test_a_file_that_is_no_model_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text(json.dumps({}))
    with pytest.raises(UnavailableError, match="the model does not work") as caught:
        list(LocalEmbedder(ModelFiles.of_folder(tmp_path)).embed(["a"]))
    assert "\n" not in str(caught.value)


def likeness(one: bytes, other: bytes) -> float:
    left, right = (memoryview(packed).cast("b").tolist() for packed in (one, other))
    dot = sum(a * b for a, b in zip(left, right, strict=True))
    return float(dot / (sum(a * a for a in left) * sum(b * b for b in right)) ** 0.5)


@needs_extra
def test_a_vector_depends_on_its_text_alone() -> None:
    texts = ["short", "a much longer text " * 40, "", "日本語 " * 9000, "short"]
    model = LocalEmbedder(ModelFiles.of_extra())
    together = list(model.embed(texts))
    assert together[0] == together[4]
    assert together == [next(model.embed([text])) for text in texts]


@needs_extra
def test_another_model_has_another_name(tmp_path: Path) -> None:
    own, other = ModelFiles.of_extra(), tmp_path / "model.onnx"
    other.write_bytes(b"other")
    again = ModelFiles.of_folder(model_folder(tmp_path))
    assert LocalEmbedder(own).model == LocalEmbedder(again).model
    assert LocalEmbedder(own).model != LocalEmbedder(ModelFiles(other, own.tokenizer)).model


@needs_extra
def test_texts_that_mean_the_same_are_close_without_sharing_a_word() -> None:
    own = LocalEmbedder(ModelFiles.of_extra())
    car, auto, bread = own.embed(
        ["a car that drives itself", "autonomous vehicles", "baking with yeast"]
    )
    assert len(car) == 384
    assert likeness(car, auto) > likeness(car, bread) + 0.3


def test_the_word_list_is_the_one_that_was_published() -> None:
    published = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
    words = ROOT / "language" / "minilm" / "tokenizer.json"
    assert hashlib.sha256(words.read_bytes()).hexdigest() == published


@pytest.mark.skipif(
    not (EXTRA and SHARED.is_dir()), reason="needs ./run extra semantic, and a model beside it"
)
def test_the_model_of_the_extra_is_the_known_one_but_for_rounding() -> None:
    texts = ["retrieval augmented generation for legal documents", "日本語 NER", "graph " * 300]
    own, known = (
        LocalEmbedder(files).embed(texts)
        for files in (ModelFiles.of_extra(), ModelFiles.of_folder(SHARED))
    )
    assert min(likeness(one, other) for one, other in zip(own, known, strict=True)) > 0.98
