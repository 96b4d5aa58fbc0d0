"""The parts of the ranker, each against what it stands for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.items import Item
from core.people import Verdict
from ranking.lexicon import Tokenizer
from ranking.logistic import Background, fit
from ranking.lsa import WordVectors, right_singular
from ranking.model import Model
from ranking.preferences import fit_preferences
from ranking.products import gram
from ranking.sparse import SparseRows
from ranking.users import best
from ranking.vocabulary import Columns, Vocabulary
from tests.ranking.archives import about, an_archive

ARCHIVE = an_archive(30)
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def sparse(dense: Matrix) -> SparseRows:
    rows, columns = np.nonzero(dense)
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(dense)))))
    return SparseRows(starts, columns, dense[rows, columns], dense.shape[1])


def matrices(rows: int, columns: int) -> st.SearchStrategy[Matrix]:
    cells = st.lists(
        st.sampled_from([0.0, 0.0, 1.0, -2.0, 0.5]),
        min_size=rows * columns,
        max_size=rows * columns,
    )
    return cells.map(lambda cells: np.array(cells, dtype=np.float32).reshape(rows, columns))


@settings(max_examples=50, deadline=None)
@given(matrices(4, 6), matrices(6, 3), st.permutations(range(4)))
def test_sparse_rows_compute_what_dense_ones_do(
    dense: Matrix, other: Matrix, order: list[int]
) -> None:
    rows = sparse(dense)
    assert np.allclose(rows.times(other), dense @ other)
    assert np.allclose(rows.dot(other[:, 0]), dense @ other[:, 0])
    assert np.allclose(rows.combine(other[:4, 0]), dense.T @ other[:4, 0])
    assert np.allclose(gram(rows), dense @ dense.T)
    assert np.array_equal(rows.transposed().dense(), dense.T)
    assert np.array_equal(rows.take(np.array(order)).dense(), dense[order])
    length = np.linalg.norm(dense, axis=1, keepdims=True)
    assert np.allclose(rows.unit().dense(), dense / np.where(length > 0, length, 1), atol=1e-6)
    compact, columns = rows.compact()
    assert np.array_equal(compact.dense(), dense[:, columns])
    assert np.array_equal(columns, np.flatnonzero(dense.any(axis=0)))
    assert np.array_equal(rows.only(columns[1:]).dense(), dense[:, columns[1:]])
    assert np.array_equal(rows.part(slice(1, 3)).dense(), dense[1:3])


@pytest.mark.parametrize("unused", [[], [3], [0, 7, 39]])
@pytest.mark.parametrize("examples", [1, 5, 60])
def test_the_regression_stands_where_its_gradient_is_zero(examples: int, unused: list[int]) -> None:
    random = np.random.default_rng(5)
    texts = random.standard_normal((examples + 40, 8)).astype(np.float32)
    texts[:examples, 0] += 2
    texts[examples:, 0] -= 2
    likeness = texts @ texts.T
    labels = np.where(texts[:examples, 0] > 0, 1, -1).astype(np.float32)
    importance = np.full(examples, 2.0 / examples, dtype=np.float32)
    background = Background(likeness[examples:, examples:], 0.05)
    amounts, far = fit(
        likeness[:examples, :examples],
        likeness[:examples, examples:],
        labels,
        importance,
        background=background,
        unused=np.array(unused, dtype=np.int64),
    )
    assert not far[unused].any()
    # The amounts of a stationary point are importance x label x chance of being wrong; the offset
    # makes them add up to nothing, and is found again from the text that is least sure.
    used = np.setdiff1d(np.arange(40), unused)
    amount = np.concatenate((amounts, far[used]))
    label = np.concatenate((labels, -np.ones(len(used), dtype=np.float32)))
    weight = np.concatenate((importance, np.full(len(used), 0.05)))
    odds = likeness[:, :examples] @ amounts + likeness[:, examples:] @ far
    odds = odds[np.concatenate((np.arange(examples), examples + used))]
    assert abs(amount.sum()) < 1e-3
    wrong = amount * label / weight
    least = np.abs(wrong - 0.5).argmin()
    offset = np.log(1 / wrong[least] - 1) * label[least] - odds[least]
    assert np.abs(wrong - 1 / (1 + np.exp((odds + offset) * label))).max() < 0.02
    assert ((odds + offset) * label > 0).mean() >= 0.75


def test_words_used_together_point_the_same_way() -> None:
    model, columns, _ = fitted()
    numbers = model.word_vectors.rows(np.arange(len(model.vocabulary.words)))
    vector = {
        word: model.word_vectors.vectors[n]
        for word, n in zip(model.vocabulary.words, numbers, strict=True)
    }
    assert vector["audio"] @ vector["speaker"] > 0.7
    assert vector["audio"] @ vector["grasp"] < 0.3
    assert columns.width >= model.vocabulary.size


def test_of_a_few_texts_no_meaning_is_fitted() -> None:
    tokenizer = Tokenizer()
    texts = tokenizer.items(ARCHIVE[:12])
    vocabulary = Vocabulary.fit(texts, tokenizer.lexicon.stems)
    columns = Columns.of(vocabulary, tokenizer.lexicon.stems, texts)
    vectors = WordVectors.fit(columns.tfidf(columns.counts(texts)))
    assert vectors.vectors.shape[1] == 0


def vectors_of(items: list[Item]) -> tuple[WordVectors, SparseRows]:
    tokenizer = Tokenizer()
    texts = tokenizer.items(items)
    vocabulary = Vocabulary.fit(texts, tokenizer.lexicon.stems)
    columns = Columns.of(vocabulary, tokenizer.lexicon.stems, texts)
    rows = columns.tfidf(columns.counts(texts))
    return WordVectors.fit(rows), rows


def test_of_copies_no_meaning_is_fitted() -> None:
    copies = [about(f"arxiv/{n}", title="Graphs", summary="nodes and edges") for n in range(60)]
    assert vectors_of(copies)[0].vectors.shape[1] == 0


@pytest.mark.parametrize("boilerplate", [0, 30, 800])
def test_what_all_texts_share_hides_no_subject(boilerplate: int) -> None:
    shared = " ".join(f"common{n}" for n in range(boilerplate))
    items = [replace(one, summary=f"{shared}. {one.summary}") for one in an_archive(60)]
    vectors, rows = vectors_of(items)
    exact = np.linalg.svd(rows.dense().astype(np.float64), compute_uv=False)
    directions, strength = right_singular(rows, 20)
    assert strength == pytest.approx(exact[:20], rel=1e-3, abs=2e-3 * exact[0])
    assert np.allclose(directions.T @ directions, np.eye(20), atol=1e-3)
    assert vectors.vectors.shape[1] >= 20


def test_in_long_texts_the_words_that_two_share_say_more_than_their_subject() -> None:
    def shares(times: int) -> tuple[float, float]:
        """Return what words and LSA add to the likeness of two texts of one subject."""
        items = [replace(one, summary=" ".join([one.summary] * times)) for one in ARCHIVE]
        model, columns, tokenizer = fitted(items)
        texts = model.transform(columns, columns.counts(tokenizer.items(items)))
        lsa = float(texts.lsa[0] @ texts.lsa[1]) * model.lsa_weight
        return gram(texts.tfidf)[0, 1], lsa

    (short_words, short_lsa), (long_words, long_lsa) = shares(1), shares(20)
    assert long_lsa / long_words < 0.5 * short_lsa / short_words


def test_further_texts_get_further_columns_and_change_no_known_one() -> None:
    model, columns, tokenizer = fitted()
    further = tokenizer.items([about("arxiv/new", title="Zebra audio quagga", summary="zebra")])
    more = columns.extended(tokenizer.lexicon.stems, further)
    assert [more.members(n) for n in range(columns.width, more.width)] == [("quagga",), ("zebra",)]
    counts = more.counts(further)
    found = {more.members(n)[0]: v for n, v in zip(counts.columns, counts.values, strict=True)}
    assert found == {"audio": 1, "quagga": 1, "zebra": 2}
    assert more.rarity()[-1] > more.rarity()[: model.vocabulary.size].max()


@pytest.mark.parametrize("likes", [1, 2, 3, 12])
def test_preferences_put_what_is_like_the_likes_first_and_their_parts_add_up(likes: int) -> None:
    model, columns, tokenizer = fitted()
    texts = model.transform(columns, columns.counts(tokenizer.items(ARCHIVE)))
    speech = [n for n, item in enumerate(ARCHIVE) if "speech" in str(item.key)]
    chosen = np.array(speech[:likes])
    examples = texts.take(chosen)
    verdicts = dict.fromkeys((ARCHIVE[n].key for n in chosen.tolist()), Verdict.MORE)
    preferences = fit_preferences(verdicts, examples, model)
    scores = preferences.scores(texts, examples, model.lsa_weight)
    assert set(best(scores, len(speech)).tolist()) == set(speech)
    parts = preferences.by_example(texts, examples, model.lsa_weight).sum(axis=1)
    assert np.allclose(parts + texts.background @ preferences.background_weights, scores, atol=1e-4)


def test_a_saved_item_teaches_more_than_a_known_one_and_a_dislike_the_opposite() -> None:
    model, columns, tokenizer = fitted()
    texts = model.transform(columns, columns.counts(tokenizer.items(ARCHIVE)))
    chosen = np.array([0, 30, 60])

    def amounts(*said: Verdict) -> list[float]:
        keys = [ARCHIVE[n].key for n in chosen.tolist()]
        verdicts = dict(zip(keys, said, strict=True))
        own: list[float] = fit_preferences(
            verdicts, texts.take(chosen), model
        ).example_weights.tolist()
        return own

    saved, known, less = amounts(Verdict.SAVE, Verdict.KNOWN, Verdict.LESS)
    assert saved > known > 0 > less


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=1, max_size=12), st.integers(1, 12))
def test_the_best_stand_by_score_and_ties_by_number(values: list[float], count: int) -> None:
    expected = sorted(range(len(values)), key=lambda n: (-values[n], n))[:count]
    found = best(np.array(values, dtype=np.float32), count).tolist()
    assert [values[n] for n in found] == [values[n] for n in expected]
    assert found == sorted(found, key=lambda n: (-values[n], n))


def fitted(archive: list[Item] = ARCHIVE) -> tuple[Model, Columns, Tokenizer]:
    tokenizer = Tokenizer()
    texts = tokenizer.items(archive)
    model = Model.fit([item.key for item in archive], texts, tokenizer.lexicon.stems)
    return model, Columns.of(model.vocabulary, tokenizer.lexicon.stems, texts), tokenizer
