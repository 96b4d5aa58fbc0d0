"""Identifiers and addresses: which paper, repository or data set a link or a mention names.

An identifier is text, ``kind:host/name``, where ``kind`` is a value of ``ItemKind``:
``paper:arxiv/2401.00001``, ``paper:doi/10.1145/3292500`` (what a publisher calls a paper, which is
no item's own), ``repository:github/owner/repo``, ``competition:kaggle/slug``,
``dataset:kaggle/owner/slug``, ``notebook:kaggle/owner/slug``, ``model:huggingface/owner/name``,
``dataset:huggingface/owner/name``, ``space:huggingface/owner/name``, ``article:https://…``. All
are in lower case, since these hosts ignore case, but for the address of an article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile
from urllib.parse import unquote, urlsplit

from core.canonical import canonical_url
from core.items import Item, ItemKey, ItemKind
from core.mirrors import original

_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})"
_ARXIV_NAME = re.compile(rf"({_ARXIV_ID})(?:v\d+)?(?:\.pdf)?", re.ASCII)
_ARXIV_MENTION = re.compile(rf"arxiv\s?[:.]\s?({_ARXIV_ID})(?!\d)", re.ASCII)
_PATH = re.compile(r"[^\s<>\"'{}|\\^`]+")
_HOST_START = re.compile(r"[\w.@-]*\Z")
_TRAILING = ".,;:!?)]*'_~$\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_OWNER = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_NAME = re.compile(r"(?=.*[a-z0-9])[\w.-]{1,100}", re.ASCII)
# First parts of a path that are pages of the site, not owners. Read off the sites' own menus.
_GITHUB_PAGES = """
about account apps blog codespaces collections contact customer-stories dashboard enterprise events
explore features gist issues join login marketplace new notifications orgs organizations pricing
pulls readme search security settings signup site sponsors stars team topics trending users
"""
_HUGGINGFACE_PAGES = """
api blog chat collections datasets docs enterprise inference join learn login models new
organizations papers posts pricing settings spaces tasks terms-of-service
"""
_NOT_GITHUB_OWNERS = frozenset(_GITHUB_PAGES.split())
_NOT_MODEL_OWNERS = frozenset(_HUGGINGFACE_PAGES.split())
_ARXIV_PAGES = """
abs pdf html overview format ps e-print src bibtex tb cits
"""
_PAPER_PAGES = frozenset(_ARXIV_PAGES.split())
_PAPER_AREAS = frozenset(["arxiv", "paper", "papers"])
_ARXIV_DOI = "10.48550"
"""Prefix of the DOIs of arXiv's own papers; the rest of one is the paper's name."""
# Sites whose pages are each about one paper of arXiv, besides those in ``_READERS``.
_ELSEWHERE = """
doi.org dx.doi.org ar5iv.org xxx.lanl.gov xxx.itp.ac.cn arxiv-vanity.com scirate.com papers.cool
emergentmind.com semanticscholar.org api.semanticscholar.org inspirehep.net ui.adsabs.harvard.edu
adsabs.harvard.edu dblp.org dblp.uni-trier.de
"""
_OLD_ARCHIVES = re.compile(
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-(ex|lat|ph|th)|math|math-ph|mtrl-th|nlin|nucl-(ex|th)|"
    "patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_PAPERS_ELSEWHERE = frozenset(_ELSEWHERE.split())
# How the catalogues of physics and of computer science write it: 2024arXiv240100001X.
_CATALOGUED = re.compile(r"\d{4}arxiv(\d{4})\.?(\d{4,5})[a-z.]|abs-(\d{4})-(\d{4,5})(?:\.\w+)?")
# As papers bear it on their margin: "arXiv:2401.00001v2 [cs.LG] 3 Jan 2024".
_CITED = re.compile(r"(arxiv|doi)[:\s]\s*(\S+)(?:\s+\[[\w.-]+\][\s\w]{0,20})?", re.IGNORECASE)
_ENCLOSED = re.compile("[<(\\[{\"'\u201c\u2018](.*)[>)\\]}\"'\u201d\u2019]")
_AFTER_COLON = re.compile(r"(?<=\bdoi:)\s+|(?<=\barxiv:)\s+", re.IGNORECASE)
_DOI = re.compile(r"(?:(?:https?://)?(?:www\.|dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/[^\s?#]+).*")
_DOI_IDENTIFIER = "paper:doi/"
# Publishers whose pages have the DOI of a paper in their path.
_PUBLISHERS = """
dl.acm.org link.springer.com onlinelibrary.wiley.com tandfonline.com science.org pnas.org
journals.sagepub.com pubs.acs.org journals.aps.org biorxiv.org medrxiv.org frontiersin.org
epubs.siam.org worldscientific.com royalsocietypublishing.org pubsonline.informs.org
"""
_DOI_PAGES = frozenset(_PUBLISHERS.split())
_PROXIED = _PAPERS_ELSEWHERE | _DOI_PAGES | {"arxiv.org", "nature.com", "aclanthology.org"}
_DOI_IN_PATH = re.compile(
    r"/(10\.\d{4,9}/\S+?)"
    r"(?:(?:/|\.)(?:full|abstract|pdf|html|epdf|meta|fulltext)|v\d+(?:\.full|\.abstract)?)*/*$"
)
_ANTHOLOGY = re.compile(
    r"(?:/anthology)?/([a-z]\d\d-\d{4}|\d{4}\.[\w-]+\.\d+)(?:v\d+)?(?:\.pdf|\.bib)?/*", re.ASCII
)


def kind_of(identifier: str) -> str:
    """Return what an identifier names: a value of ``ItemKind``."""
    return identifier.partition(":")[0]


def own_identifier(item: Item) -> str:
    """Return the identifier that an item *is*, or "" if it has none.

    It comes from the key, else from the page's address; an article without one is its address.
    """
    named = key_identifier(item.key) or link_identifier(item.url)
    if named and kind_of(named) == item.kind:
        return named
    if item.kind is ItemKind.ARTICLE and not named:
        return article_identifier(item.url)
    return ""


def key_identifier(key: ItemKey) -> str:
    """Return what an item key names, "" for a source whose names nobody else uses."""
    if key.source == "arxiv":
        return _paper(key.external_id)
    parts = key.external_id.lower().split("/")
    if key.source == "github":
        return _github(parts) if len(parts) == 2 else ""
    if key.source == "paperswithcode":
        return _paper(key.external_id)
    if key.source in {"kaggle", "huggingface"} and len(parts) > 1:
        kind, name = parts[0], "/".join(parts[1:])
        return _paper(name) if kind == "paper" else f"{kind}:{key.source}/{name}"
    return ""


def article_identifier(url: str) -> str:
    """Return the identifier of whatever stands at an address."""
    return f"{ItemKind.ARTICLE}:{canonical_url(url)}"


def link_identifier(url: str) -> str:
    """Return what an address names, "" if it names nothing that Tidings knows.

    An address that merely carries another one in its query names nothing, and neither does a
    project page, from which the repository can only be guessed (``mentions`` does). On any host a
    path such as ``arxiv/2401.00001`` names that paper.
    """
    scheme, _, rest = original(url).strip().lower().partition("://")
    host, _, path = rest.partition("/")
    if scheme not in {"http", "https"}:
        return ""
    host = _without_proxy(host.removesuffix(":443").removesuffix(":80"))
    if host.removeprefix("www.") in _PAPERS_ELSEWHERE:
        return _paper_elsewhere(_parts(unquote(path)))
    known = next((name for name in _READERS if host.endswith(name)), "")
    if known and _is_host(host.removesuffix(known), known):
        return _READERS[known](_parts(path))
    return _named_in_path(_parts(unquote(path))) if "arxiv" in path else ""


def doi_identifier(url: str) -> str:
    """Return the paper that a DOI link or a publisher's page is about, "" if it is neither.

    Several of a paper's names can be known: arXiv notes the DOI under which it was published.
    """
    try:
        parts = urlsplit(unquote(original(url).strip()).lower())
        host = _without_proxy(parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    doi = ""
    if parts.scheme not in {"http", "https"}:
        return ""
    if host in {"doi.org", "dx.doi.org"}:
        doi = _written_doi(f"https://doi.org{parts.path}")
    elif host in {"aclanthology.org", "aclweb.org"}:
        doi = f"10.18653/v1/{page[1]}" if (page := _ANTHOLOGY.fullmatch(parts.path)) else ""
    elif host == "nature.com" and parts.path.startswith("/articles/"):
        doi = f"10.1038/{parts.path.split('/')[2].removesuffix('.pdf')}"
    elif host in _DOI_PAGES:
        found = _DOI_IN_PATH.search(parts.path)
        doi = found[1] if found else ""
    return named_by_doi(doi)


def named_by_doi(doi: str) -> str:
    """Return the identifier of a DOI, "" for none and for arXiv's own, which say the paper."""
    return f"{_DOI_IDENTIFIER}{doi}" if doi and not doi.startswith(f"{_ARXIV_DOI}/") else ""


def is_doi(identifier: str) -> bool:
    """Return whether an identifier is what a publisher calls a paper."""
    return identifier.startswith(_DOI_IDENTIFIER)


def mentions(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each identifier in running text, and whether it was named outright.

    A project page ``owner.github.io/name`` is most often made from the repository of that name:
    it yields the repository, but not outright. An abstract without a link takes 2 microseconds;
    a regular expression with all the hosts in it took 60.
    """
    text = text.lower()
    if ".co" not in text and "rxiv" not in text and ".github.io/" not in text:
        return
    for host, read in _READERS.items():
        for before, path in _links(text, host):
            if _is_host(before, host) and (identifier := read(_parts(path))):
                yield identifier, True
    for owner, path in _links(text, ".github.io"):
        if identifier := _project_page(owner, _parts(path)):
            yield identifier, False
    if "arxiv" in text:
        for number in _ARXIV_MENTION.finditer(text):
            yield _paper(number[1]), True


def typed_identifiers(text: str) -> tuple[str, ...]:
    """Return what a person may mean who types ``text`` alone, most likely first.

    ``2401.00001``, ``arXiv:2401.00001v2``, a DOI, ``owner/repo``, an item key, or an address with
    or without ``https://``. A bare ``owner/name`` may be a repository, a model or a data set.
    """
    text = text.strip()
    text = enclosed[1].strip() if (enclosed := _ENCLOSED.fullmatch(text)) else text
    text = text if "://" in text else unicodedata.normalize("NFKC", text)
    cited = _CITED.fullmatch(text)
    text = f"{cited[1]}:{cited[2]}" if cited else _AFTER_COLON.sub("", text)
    if not text or " " in text:
        return ()
    if "://" in text:
        found = [link_identifier(text), article_identifier(text)]
    else:
        page = link_identifier(f"https://{text}")
        found = [_paper(text), page, *(identifier for identifier, _ in mentions(text))]
        source, slash, name = text.partition("/")
        if slash and source and name:
            found += [key_identifier(ItemKey(source, name)), *_pairs(text.lower().split("/"))]
    return tuple(dict.fromkeys(filter(None, found)))


def typed_doi(text: str) -> str:
    """Return the DOI that a person typed, bare, as a link or a publisher's page, in lower case."""
    return _written_doi(text) or doi_identifier(text).removeprefix(_DOI_IDENTIFIER)


def _written_doi(text: str) -> str:
    found = _DOI.fullmatch(_AFTER_COLON.sub("", unquote(text.strip()).lower()))
    return found[1].rstrip(_TRAILING) if found else ""


def _links(text: str, host: str) -> Sequence[tuple[str, str]]:
    """Return the addresses whose host ends so, as what stands before it and the path after it."""
    start = f"{host}/"
    found: list[tuple[str, str]] = []
    at = text.find(start)
    while at >= 0:
        after = at + len(start)
        before = _HOST_START.search(text, max(0, at - 40), at)
        # LaTeX writes the underscore of a name as \_.
        path = _PATH.match(text[after : after + 300].replace("\\_", "_"))
        if before and path and _begins(text, before.start()):
            found.append((before[0], path[0]))
        at = text.find(start, after)
    return found


def _begins(text: str, at: int) -> bool:
    """Return whether an address can begin there: not amid the path of another one."""
    return text[max(0, at - 1) : at] != "/" or text[max(0, at - 2) : at] == "//"


def _is_host(before: str, host: str) -> bool:
    """Return whether ``before`` and ``host`` together are that host: "notgithub.com" is not."""
    return before in {"", "www."} or (host == "arxiv.org" and before.endswith("."))


def _parts(path: str) -> list[str]:
    bare = path.partition("?")[0].partition("#")[0].rstrip(_TRAILING)
    return [part for part in bare.split("/") if part]


def _paper(written: str) -> str:
    match = _ARXIV_NAME.fullmatch(written.lower())
    if match is None:
        return ""
    if match[1][0].isdigit():
        return f"paper:arxiv/{match[1]}"
    # The subject class of an old id is optional: math.GT/0309136 is math/0309136.
    archive, _, number = match[1].partition("/")
    return f"paper:arxiv/{archive.partition('.')[0]}/{number}"


def _arxiv(parts: Sequence[str]) -> str:
    if len(parts) > 1 and parts[0] in _PAPER_PAGES:
        name = parts[1].removeprefix("arxiv:")
        return _paper(name) or _paper("/".join([name, *parts[2:3]]))
    return _paper(parts[-1]) if len(parts) == 1 or parts[:1] == ["ftp"] else ""


def _paper_elsewhere(parts: Sequence[str]) -> str:
    """Return the paper of a DOI that arXiv gave out, or of a page about it on another site."""
    names = [part.removeprefix("doi:").removeprefix("arxiv:") for part in parts]
    if _ARXIV_DOI in names[:2]:
        return _paper("/".join(names[names.index(_ARXIV_DOI) + 1 :]).removeprefix("arxiv."))
    for catalogued in filter(None, map(_CATALOGUED.fullmatch, names)):
        return _paper(".".join(filter(None, catalogued.groups())))
    return _first_paper(list(dropwhile(lambda name: name in _PAPER_PAGES | _PAPER_AREAS, names)))


def _named_in_path(parts: Sequence[str]) -> str:
    """Return the paper of ``…/arxiv/2401.00001`` or ``…/arxiv:2401.00001``."""
    for place, part in enumerate(parts):
        if part.startswith("arxiv:"):
            return _first_paper([part.removeprefix("arxiv:"), *parts[place + 1 :]])
        if part == "arxiv" and (found := _first_paper(parts[place + 1 :])):
            return found
    return ""


def _first_paper(parts: Sequence[str]) -> str:
    """Return the paper that the first part names, or the first two if it is an old name."""
    old = len(parts) > 1 and _OLD_ARCHIVES.fullmatch(parts[0].partition(".")[0])
    return _paper("/".join(parts[: 2 if old else 1]))


def _without_proxy(host: str) -> str:
    """Return the host that a library's proxy shows as ``doi-org.proxy.example.edu``."""
    first, _, rest = host.partition(".")
    shown = first.replace("-", ".")
    return shown if rest and shown.removeprefix("www.") in _PROXIED else host


def _github(parts: Sequence[str]) -> str:
    if len(parts) < 2 or parts[0] in _NOT_GITHUB_OWNERS:
        return ""
    owner, name = parts[0], parts[1].removesuffix(".git")
    if _OWNER.fullmatch(owner) and _NAME.fullmatch(name):
        return f"repository:github/{owner}/{name}"
    return ""


def _project_page(owner: str, parts: Sequence[str]) -> str:
    if not parts or parts[0].endswith((".html", ".htm", ".pdf")):
        return ""
    return _github([owner, parts[0]])


def _kaggle(parts: Sequence[str]) -> str:
    match list(parts):
        case ["competitions" | "c", slug, *_] if _NAME.fullmatch(slug):
            return f"competition:kaggle/{slug}"
        case ["datasets" | "code" as area, owner, slug, *_] if _both_names(owner, slug):
            kind = "dataset" if area == "datasets" else "notebook"
            return f"{kind}:kaggle/{owner}/{slug}"
    return ""


def _huggingface(parts: Sequence[str]) -> str:
    match list(parts):
        case ["papers", number, *_]:
            return _paper(number)
        case ["datasets" | "spaces" as area, owner, name, *_] if _both_names(owner, name):
            return f"{area.removesuffix('s')}:huggingface/{owner}/{name}"
        case [owner, name, *_] if owner not in _NOT_MODEL_OWNERS and _both_names(owner, name):
            return f"model:huggingface/{owner}/{name}"
    return ""


def _pairs(parts: Sequence[str]) -> list[str]:
    """Return what a bare ``owner/name`` may be, on each of the sites that name things so."""
    if len(parts) != 2 or not _both_names(*parts):
        return []
    pair = "/".join(parts)
    others = ("model:huggingface", "dataset:huggingface", "dataset:kaggle")
    return [_github(parts), *(f"{site}/{pair}" for site in others)]


def _both_names(owner: str, name: str) -> bool:
    return bool(_NAME.fullmatch(owner) and _NAME.fullmatch(name))


def _paperswithcode(parts: Sequence[str]) -> str:
    match list(parts):
        case ["paper", "arxiv", *name] | ["paper", *name]:
            return _paper("/".join(name[:2])) or _paper("/".join(name[:1]))
    return ""


_READERS: dict[str, Callable[[Sequence[str]], str]] = {
    "alphaxiv.org": _arxiv,
    "paperswithcode.co": _paperswithcode,
    "arxiv.org": _arxiv,
    "github.com": _github,
    "kaggle.com": _kaggle,
    "huggingface.co": _huggingface,
    "hf.co": _huggingface,
    "hf-mirror.com": _huggingface,
    "raw.githubusercontent.com": _github,
}
