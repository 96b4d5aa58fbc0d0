"""Paths of the sources, as the fetchers have to ask for them."""

from __future__ import annotations

ARXIV_API = "/api/query"
GITHUB_TRENDING = "/trending"
GITHUB_SEARCH = "/search/repositories"
KAGGLE_COMPETITIONS = "/v1/competitions.CompetitionApiService/ListCompetitions"
KAGGLE_DATASETS = "/v1/datasets.DatasetApiService/ListDatasets"
KAGGLE_KERNELS = "/v1/kernels.KernelsApiService/ListKernels"


def arxiv_rss(*categories: str) -> str:
    """The RSS of some categories."""
    return f"/rss/{'+'.join(categories)}"


def trending(language: str) -> str:
    """The trending page of a language."""
    return f"/trending/{language}"


def releases(slug: str) -> str:
    """The releases of a repository."""
    return f"/{slug}/releases.atom"
