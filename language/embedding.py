"""What texts mean, as vectors: all-MiniLM-L6-v2 through onnxruntime, in a process of its own.

Run as a script by ``language.embedder``: standard input is one text a line, as JSON, standard
output one vector a line, in hex. It imports nothing of ours, so that it starts quickly wherever it
lies; benchmarks use ``SentenceModel`` without the process.

Each text goes through the model by itself: on one core that is as fast as batches of 16 sorted by
length (20.9 and 18.0 texts of 256 tokens a second), takes 118 MB instead of 231, and no text's
vector depends on its neighbours, as it would in the 8-bit models that scale each batch anew.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOKENS = 256
"""Tokens of a text that are read, as the model was made for. (With 128 the loss on the reviewers'
judgements rises from .224 to .248.)"""

LONGEST = 8_000
"""Characters of a text that are looked at: more than its tokens can cover, but for odd input."""

SCALE = 127
"""Largest whole number in a packed vector. Eight bits a number change no figure by .002."""

MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
"""What a model's folder has to hold."""


class SentenceModel:
    """The model, loaded; 265 MB with that of the extra, whose weights become 32 bits wide.

    Args:
        model: an ONNX file that ends in one vector a token.
        tokenizer: its ``tokenizer.json``.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # One thread: the time is nobody's to wait for, and the machine has other work.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors alone
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Iterable[str]) -> Iterator[bytes]:
        """Yield the packed vector of each text, in their order."""
        for text in texts:
            yield packed(self.vector(text))

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return the mean of the tokens' vectors at length 1, shape (384,)."""
        import numpy as np

        readable = text[:LONGEST].encode("utf-8", "replace").decode()  # no half of a pair
        tokens = np.array([self._tokenizer.encode(readable).ids], dtype=np.int64)
        given = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        fed = {name: value for name, value in given.items() if name in self._inputs}
        mean: NDArray[np.float32] = self._session.run(None, fed)[0][0].mean(axis=0)
        return mean / np.linalg.norm(mean)


def packed(vector: NDArray[np.float32]) -> bytes:
    """Pack a vector into one byte a number; its direction stays, its length is lost."""
    import numpy as np

    whole: NDArray[np.int8] = np.rint(vector * (SCALE / np.abs(vector).max())).astype(np.int8)
    return whole.tobytes()


def main() -> None:
    """Read texts from standard input and print what they mean, until there are no more."""
    os.nice(5)  # people's commands and the bot come first
    model = SentenceModel(Path(sys.argv[1]), Path(sys.argv[2]))
    texts = (json.loads(line) for line in sys.stdin.buffer)
    for vector in model.embed(texts):
        print(vector.hex(), flush=True)  # noqa: T201  that is its answer


if __name__ == "__main__":
    main()
