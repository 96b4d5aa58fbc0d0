"""Which news of a cloud platform is about AI, by its title, its tags and then its text.

Words alone mislead: the agents of a contact centre are people, and a platform's assistant is named
in news about billing. A title that names a model, a framework or an AI product is enough; a tag is
not, since platforms tag generously, unless it is the tag of an AI product and something else
agrees.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TERMS = r"""
AI | artificial\ intelligence | machine\ learning | ML | LLMs? | MCP | Model\ Context\ Protocol
| foundation\ models? | large\ language\ models? | language\ models? | generative | agentic
| Bedrock | SageMaker | AgentCore | Foundry | Vertex | Colab | Copilot\ Studio
| OpenAI | GPT-?\d[\w.]* | Claude | Anthropic | Llama | Mistral | Gemini | Gemma | DeepSeek | Qwen
| Amazon\ Nova | Amazon\ Titan | Grok | Phi-?\d[\w.]*
| PyTorch | TensorFlow | JAX | Hugging\ ?Face | LangChain | LangGraph | vLLM
| Trainium\d* | Inferentia\d* | GPUs? | TPUs? | NVIDIA | H[12]00 | B[23]00 | A2A
| embeddings? | vector\ (?:search|stores?|databases?|index(?:es)?) | RAG
| retrieval[- ]augmented\ generation | fine-?tun(?:e|ed|ing) | inference
"""
_TERM = re.compile(rf"(?<![\w-])(?:{_TERMS})(?![\w])", re.VERBOSE)
_ANY_CASE = re.compile(
    r"\b(?:generative ai|machine learning|foundation models?|large language models?|fine-tun\w+)\b",
    re.IGNORECASE,
)
_FALSE_FRIENDS = re.compile(
    r"\bAmazon Connect\b|\bQ in Connect\b|\bcontact cent(?:er|re)s?\b|\bQ in QuickSight\b"
    r"|\bAzure Copilot\b",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"\b(?:Bedrock|SageMaker|Foundry|Vertex AI|OpenAI)\b")
_PRODUCT_TAGS = re.compile(
    r"amazon-(?:bedrock|sagemaker)[\w-]*|(?:microsoft|azure ai) foundry.*|azure openai.*"
    r"|azure machine learning.*|azure ai .*|foundry models.*",
    re.IGNORECASE,
)
_TOPIC_TAGS = frozenset(
    {"artificial-intelligence", "aiml", "machine-learning", "ai + machine learning"}
)


def about_ai(title: str, summary: str, tags: Collection[str]) -> bool:
    """Tell whether a piece of news is about AI.

    Args:
        title: of the news.
        summary: plain text; counts only where a product's tag speaks for it.
        tags: products and topics, each by its own name.
    """
    if _FALSE_FRIENDS.search(title) and not _PRODUCT.search(title):
        return False
    if _TERM.search(title) or _ANY_CASE.search(title):
        return True
    lower = {tag.lower() for tag in tags}
    if not any(_PRODUCT_TAGS.fullmatch(tag) for tag in lower):
        return False
    return bool(lower & _TOPIC_TAGS) or bool(_ANY_CASE.search(summary))
