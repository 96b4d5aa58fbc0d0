"""Texts that feeds may hold and that must stay mere text."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from core.digests import Digest, Section
from core.items import Deadline, ItemKind
from tests.digests.examples import NOW, draft, item, matches, ranked

TEXTS = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    "{{ 7 * 7 }}{% raw %}",
    "[bold]not markup[/bold] [link=https://evil.example]x[/link]",
    "@everyone <@&1> free GPUs",
    "مقدمة في الشبكات العصبية البيانية",
    "שלום, עולם",
    r"On $\ell_1$ and \textbf{bold} $\mathcal{O}(n^2)$",
    "word " * 1000,
    "W" * 5000,
    "漢字" * 300,
    "👩‍👩‍👧 🇩🇪 🏳️‍🌈 " * 30,
    "a\u200b\u200d\u2060b\u202egnp.exe\u2066",
    "\x1b[31mred\x1b]8;;https://evil.example\x07\x9b31m",
    "two\r\nlines\nBEGIN:VEVENT",
    "a; b, c\\n: d",
    "\ud800 lone surrogate",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "\u200b\u2060\ufeff",
)


def any_text() -> st.SearchStrategy[str]:
    """Return what may stand in a title: it is never blank (``core.items`` sees to that)."""
    return st.one_of(st.sampled_from(TEXTS), st.text(min_size=1, max_size=80)).filter(
        lambda text: bool(text.strip())
    )


def digest_of(text: str) -> Digest:
    """Put a text everywhere that a stranger can write to."""
    address = "https://example.org/" + "".join(text.split())
    due = Deadline(label=text, at=NOW.replace(day=25))
    contest = item(
        "kaggle/competition/x",
        ItemKind.COMPETITION,
        title=text,
        url=address,
        deadlines=(due,),
        facts={"prize": text},
    )
    paper = item("arxiv/1", title=text, summary=text, authors=(text, text), url=address)
    entry = replace(ranked(paper, matches(text, 1.0)), update=text)
    return draft(
        interests=(text,),
        sections=(
            Section(kind="deadlines", title="Deadlines", items=(ranked(contest),)),
            Section(kind="papers", title="Papers", items=(entry,)),
        ),
        sample=True,
    )
