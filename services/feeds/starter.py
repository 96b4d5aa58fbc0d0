"""Feeds to begin with: some sixty by topic, none of which is read until somebody chooses it.

The addresses are those of captured feeds or stand in several public lists of feeds. Courses have no
catalogue with a feed, so theirs are the changes of course repositories, blogs and channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import UsageError
from core.feeds import ListedFeed
from core.spelling import nearest

TOPICS = MappingProxyType(
    {
        "courses": "Courses and tutorials",
        "labs": "Research labs",
        "vendors": "Vendors and frameworks",
        "blogs": "Blogs and newsletters",
        "law": "Ethics and law",
        "forums": "Forums and communities",
    }
)
"""Titles of the topics by the names that are typed."""

EVERYTHING = "all"
"""What is typed for all topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFeed:
    """A feed of the starter set.

    Attributes:
        name: what is typed for this one alone.
        title: what it is.
        url: where it is read.
        topic: one of ``TOPICS``.
        caution: why it comes with no topic but only by its own name; "" if it comes with its topic.
    """

    name: str
    title: str
    url: str
    topic: str
    caution: str = ""

    @property
    def listed(self) -> ListedFeed:
        """The feed as any list of feeds holds it."""
        return ListedFeed(title=self.title, url=self.url, topics=(TOPICS[self.topic],))


_REDDIT = (
    "Reddit has refused most readers of its feeds since June 2026; a personal feed address from "
    "reddit.com/prefs/feeds works"
)
_VIDEOS = "https://www.youtube.com/feeds/videos.xml?channel_id="


def _of(topic: str, *rows: tuple[str, str, str], caution: str = "") -> tuple[StarterFeed, ...]:
    return tuple(
        StarterFeed(name=name, title=title, url=url, topic=topic, caution=caution)
        for name, title, url in rows
    )


STARTER_FEEDS: tuple[StarterFeed, ...] = (
    *_of(
        "courses",
        ("fast-ai", "fast.ai", "https://www.fast.ai/index.xml"),
        ("coursera", "Coursera Blog", "https://blog.coursera.org/feed/"),
        ("mastery", "Machine Learning Mastery", "https://machinelearningmastery.com/blog/feed/"),
        ("deeplearning-ai", "DeepLearning.AI, videos", f"{_VIDEOS}UCcIXc5mJsHVYTZR1maL5l9w"),
        ("karpathy-videos", "Andrej Karpathy, videos", f"{_VIDEOS}UCXUPKJO5MZQN11PqgIvyuvQ"),
        ("3blue1brown", "3Blue1Brown, videos", f"{_VIDEOS}UCYO_jab_esuFRV4b17AJtAw"),
        (
            "hf-agents-course",
            "Agents Course of Hugging Face, changes",
            "https://github.com/huggingface/agents-course/commits/main.atom",
        ),
        (
            "generative-ai-course",
            "Generative AI for Beginners, changes",
            "https://github.com/microsoft/generative-ai-for-beginners/commits/main.atom",
        ),
        (
            "llm-zoomcamp",
            "LLM Zoomcamp, changes",
            "https://github.com/DataTalksClub/llm-zoomcamp/commits/main.atom",
        ),
        (
            "llm-course",
            "LLM Course of Maxime Labonne, changes",
            "https://github.com/mlabonne/llm-course/commits/main.atom",
        ),
    ),
    *_of(
        "labs",
        ("openai", "OpenAI News", "https://openai.com/news/rss.xml"),
        ("deepmind", "Google DeepMind", "https://deepmind.google/blog/rss.xml"),
        ("google-research", "Google Research", "https://research.google/blog/rss/"),
        ("hugging-face", "Hugging Face Blog", "https://huggingface.co/blog/feed.xml"),
        ("bair", "Berkeley AI Research", "https://bair.berkeley.edu/blog/feed.xml"),
        ("stanford-ai", "Stanford AI Lab", "https://ai.stanford.edu/blog/feed.xml"),
        ("cmu-ml", "Machine Learning at CMU", "https://blog.ml.cmu.edu/feed/"),
        (
            "mit-ai",
            "MIT News on artificial intelligence",
            "https://news.mit.edu/rss/topic/artificial-intelligence2",
        ),
        (
            "microsoft-research",
            "Microsoft Research",
            "https://www.microsoft.com/en-us/research/feed/",
        ),
        (
            "meta-research",
            "AI Research at Meta Engineering",
            "https://engineering.fb.com/category/ai-research/feed/",
        ),
        ("apple-ml", "Machine Learning at Apple", "https://machinelearning.apple.com/rss.xml"),
        ("eleuther", "EleutherAI", "https://blog.eleuther.ai/index.xml"),
        ("vector", "Vector Institute", "https://vectorinstitute.ai/feed/"),
    ),
    *_of(
        "vendors",
        ("google-ai", "Google on AI", "https://blog.google/technology/ai/rss/"),
        ("google-cloud", "Google Cloud Blog", "https://cloudblog.withgoogle.com/rss/"),
        ("nvidia", "NVIDIA Blog", "https://blogs.nvidia.com/feed/"),
        ("nvidia-developer", "NVIDIA Developer", "https://developer.nvidia.com/blog/feed"),
        (
            "aws-ml",
            "AWS Machine Learning Blog",
            "https://aws.amazon.com/blogs/machine-learning/feed/",
        ),
        ("github-ai", "GitHub on AI", "https://github.blog/ai-and-ml/feed/"),
        ("pytorch", "PyTorch Blog", "https://pytorch.org/blog/feed/"),
        ("tensorflow", "TensorFlow Blog", "https://blog.tensorflow.org/feeds/posts/default"),
        ("langchain", "LangChain Blog", "https://blog.langchain.dev/rss/"),
        ("replicate", "Replicate Blog", "https://replicate.com/blog/rss"),
        (
            "vllm-releases",
            "vLLM, releases",
            "https://github.com/vllm-project/vllm/releases.atom",
        ),
        (
            "llama-cpp-releases",
            "llama.cpp, releases",
            "https://github.com/ggml-org/llama.cpp/releases.atom",
        ),
    ),
    *_of(
        "blogs",
        ("simon-willison", "Simon Willison", "https://simonwillison.net/atom/everything/"),
        ("lilian-weng", "Lilian Weng", "https://lilianweng.github.io/index.xml"),
        ("karpathy", "Andrej Karpathy", "https://karpathy.bearblog.dev/feed/"),
        ("raschka", "Ahead of AI", "https://magazine.sebastianraschka.com/feed"),
        ("interconnects", "Interconnects", "https://www.interconnects.ai/feed"),
        ("import-ai", "Import AI", "https://importai.substack.com/feed"),
        ("last-week", "Last Week in AI", "https://lastweekin.ai/feed"),
        ("latent-space", "Latent Space", "https://www.latent.space/feed"),
        ("gradient", "The Gradient", "https://thegradient.pub/rss/"),
        ("chip-huyen", "Chip Huyen", "https://huyenchip.com/feed.xml"),
        ("eugene-yan", "Eugene Yan", "https://eugeneyan.com/rss/"),
        (
            "ieee-spectrum",
            "IEEE Spectrum on AI",
            "https://spectrum.ieee.org/feeds/topic/artificial-intelligence.rss",
        ),
        (
            "technology-review",
            "MIT Technology Review on AI",
            "https://www.technologyreview.com/topic/artificial-intelligence/feed",
        ),
    ),
    *_of(
        "law",
        ("edpb", "European Data Protection Board", "https://www.edpb.europa.eu/feed/news_en"),
        (
            "edpb-publications",
            "European Data Protection Board, publications",
            "https://www.edpb.europa.eu/feed/publications_en",
        ),
        ("ai-act", "EU Artificial Intelligence Act", "https://artificialintelligenceact.eu/feed/"),
        (
            "eu-digital",
            "Digital strategy of the European Commission",
            "https://digital-strategy.ec.europa.eu/en/rss.xml",
        ),
        ("nist", "NIST News", "https://www.nist.gov/news-events/news/rss.xml"),
        ("algorithmwatch", "AlgorithmWatch", "https://algorithmwatch.org/en/feed/"),
        ("ada-lovelace", "Ada Lovelace Institute", "https://www.adalovelaceinstitute.org/feed/"),
        ("ai-now", "AI Now Institute", "https://ainowinstitute.org/feed"),
        ("montreal-ethics", "Montreal AI Ethics Institute", "https://montrealethics.ai/feed/"),
        ("eff", "Electronic Frontier Foundation", "https://www.eff.org/rss/updates.xml"),
    ),
    *_of(
        "forums",
        ("hf-forum", "Hugging Face Forums", "https://discuss.huggingface.co/latest.rss"),
        ("pytorch-forum", "PyTorch Forums", "https://discuss.pytorch.org/latest.rss"),
        ("openai-forum", "OpenAI Developer Forum", "https://community.openai.com/latest.rss"),
        (
            "llama-cpp-discussions",
            "llama.cpp, discussions",
            "https://github.com/ggml-org/llama.cpp/discussions.atom",
        ),
        (
            "mastodon-ml",
            "#machinelearning on Mastodon",
            "https://mastodon.social/tags/machinelearning.rss",
        ),
    ),
    *_of(
        "forums",
        ("reddit-ml", "r/MachineLearning", "https://www.reddit.com/r/MachineLearning/.rss"),
        ("reddit-llama", "r/LocalLLaMA", "https://www.reddit.com/r/LocalLLaMA/.rss"),
        caution=_REDDIT,
    ),
)


def of_topic(topic: str) -> Sequence[StarterFeed]:
    """Return the feeds that come with a topic."""
    return [feed for feed in STARTER_FEEDS if feed.topic == topic and not feed.caution]


def chosen(names: Sequence[str]) -> Sequence[StarterFeed]:
    """Return the feeds that topics, names of feeds or "all" stand for, each once.

    Raises:
        UsageError: if one of them is neither.
    """
    by_name = {feed.name: feed for feed in STARTER_FEEDS}
    found: dict[str, StarterFeed] = {}
    for name in names:
        if name in by_name:
            found[name] = by_name[name]
        elif name in TOPICS or name == EVERYTHING:
            topics = TOPICS if name == EVERYTHING else (name,)
            found |= {feed.name: feed for topic in topics for feed in of_topic(topic)}
        else:
            guess = nearest(name, [*TOPICS, *by_name])
            hint = f"did you mean {guess}?" if guess else "see tidings feeds add --starter"
            raise UsageError(f"the starter set has no {name!r}; {hint}")
    return list(found.values())
