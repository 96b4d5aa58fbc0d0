"""Paths of the sources, as the fetchers have to ask for them."""

from __future__ import annotations

ARXIV_API = "/api/query"
ARXIV_OAI = "/oai"
GITHUB_TRENDING = "/trending"
GITHUB_SEARCH = "/search/repositories"
KAGGLE_COMPETITIONS = "/v1/competitions.CompetitionApiService/ListCompetitions"
KAGGLE_DATASETS = "/v1/datasets.DatasetApiService/ListDatasets"
KAGGLE_KERNELS = "/v1/kernels.KernelsApiService/ListKernels"
PAPERSWITHCODE = "/api/v1/papers/"
PAPERSWITHCODE_SHORT = "/api/v1/papers/trending"
HACKERNEWS = "/api/v1/search_by_date"
HACKERNEWS_RSS = "/rss"
LOBSTERS = "/t/ai.json"
LOBSTERS_RSS = "/t/ai.rss"
HUGGINGFACE_DAILY = "/api/daily_papers"
HUGGINGFACE_SHORT = "/api/trending"
STACKEXCHANGE_QUESTIONS = "/2.3/questions"
STACKEXCHANGE_UNANSWERED = "/2.3/questions/unanswered"
STACKEXCHANGE_FEATURED = "/2.3/questions/featured"
STACKEXCHANGE_FEED = "/feeds/tag"
STACKEXCHANGE_SEARCH = "/2.3/search/advanced"


def arxiv_rss(*categories: str) -> str:
    """The RSS of some categories."""
    return f"/rss/{'+'.join(categories)}"


def trending(language: str) -> str:
    """The trending page of a language."""
    return f"/trending/{language}"


def releases(slug: str) -> str:
    """The releases of a repository."""
    return f"/{slug}/releases.atom"


def huggingface(kind: str) -> str:
    """The list of what trends of a kind, such as ``models``."""
    return f"/api/{kind}"


def huggingface_repositories(paper: str) -> str:
    """What names a paper of arXiv."""
    return f"/api/arxiv/{paper}/repos"
