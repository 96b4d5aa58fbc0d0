"""A digest as an email: text and HTML, each from its own template, with the headers of a list.

Mail clients cut HTML beyond about 100 KB (Gmail: 102), the footer included. So beyond ``MAX_HTML``
the lower picks become titles, then a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from core.digests import Digest
from digests.render.mime import LOCAL_SENDER, MAX_SUBJECT, Envelope, write
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill
from digests.view import CardView, DigestView, SectionView, view
from language.plain import shortened

if TYPE_CHECKING:
    from css_inline import CSSInliner

MAX_HTML = 95_000
"""Bytes of the HTML part, before quoted-printable."""

QUIET_SUBJECT = "A quiet week: nothing new for you"

_FILLER = "&#8199;&#65279;&#847;" * 40
"""Invisible characters that keep the beginning of the mail out of the preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The links to the web page; each "" where there is no page for it.

    Attributes:
        browser: the same digest in the browser.
        preferences: the page of preferences.
        unsubscribe: the page to unsubscribe.
        feedback: makes of an item's key the page where to say what one thinks of it, which ends in
            ``/save``, ``/more`` or ``/less``; None where there is no such page.
    """

    browser: str = ""
    preferences: str = ""
    unsubscribe: str = ""
    feedback: Callable[[str], str] | None = None


NO_LINKS = Links()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """The part of a digest that fits.

    Attributes:
        page: the deadlines and picks that are shown in full.
        titles: picks after them that are shown by title.
        more: how many are not shown.
    """

    page: DigestView
    titles: tuple[CardView, ...]
    more: int


def render(digest: Digest, envelope: Envelope, links: Links = NO_LINKS) -> str:
    """Write a digest as a whole mail (RFC 5322).

    Args:
        digest: what it holds.
        envelope: who writes to whom.
        links: what its footer offers.
    """
    page = view(digest)
    return write(
        envelope,
        subject=subject(page),
        text=text(page, envelope, links),
        html=html(page, envelope, links),
    )


def to_nobody(digest: Digest) -> str:
    """Write a digest as a mail to nobody in particular, to be opened in a mail program."""
    _, _, day = digest.id.rpartition("@")
    name = (day, digest.id)
    return render(digest, Envelope(sender=LOCAL_SENDER, recipient="", name=name, at=digest.made_at))


def subject(page: DigestView) -> str:
    """Return a subject of at most 60 characters that begins with the best pick."""
    picks = _picks(page) or page.deadlines
    if not picks:
        return QUIET_SUBJECT
    others = len(_picks(page)) + len(page.deadlines) - 1
    more = f" and {others} more" if others else ""
    return shortened(picks[0].title, MAX_SUBJECT - len(more)) + more


def text(page: DigestView, envelope: Envelope, links: Links = NO_LINKS) -> str:
    """Write the plain part: 66 columns, addresses on lines of their own, a signed-off footer."""
    return fill("mail.txt.j2", page=page, envelope=envelope, links=links)


def html(page: DigestView, envelope: Envelope, links: Links = NO_LINKS) -> str:
    """Write the HTML part, at most ``MAX_HTML`` bytes, its styles inline."""

    def fits(bar: int, whole: int, titles: int) -> str:
        """Return it with so many entries, or "" if that is too long."""
        made = _html(_cut(page, bar, whole, titles), envelope, links)
        return made if len(made.encode()) <= MAX_HTML else ""

    bar, picks = len(page.deadlines), len(_picks(page))
    everything = fits(bar, picks, 0)
    if everything:
        return everything
    whole = _most(lambda n: bool(fits(bar, n, picks - n)), picks)
    if whole >= 0:
        return fits(bar, whole, picks - whole)
    titles = _most(lambda n: bool(fits(bar, 0, n)), picks)
    if titles >= 0:
        return fits(bar, 0, titles)
    return fits(_most(lambda n: bool(fits(n, 0, 0)), bar), 0, 0)


def _most(fits: Callable[[int], bool], highest: int) -> int:
    """Return the greatest number from 0 to ``highest`` that fits, or -1, by bisection."""
    low, high = -1, highest
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _cut(page: DigestView, bar: int, whole: int, titles: int) -> _Cut:
    cards = _picks(page)
    shown = {card.number for card in cards[:whole]}
    sections = (_only(section, shown) for section in page.sections)
    cut = replace(
        page,
        deadlines=page.deadlines[:bar],
        sections=tuple(section for section in sections if section.cards),
    )
    left = len(cards) - whole - titles + len(page.deadlines) - bar
    return _Cut(page=cut, titles=cards[whole : whole + titles], more=left)


def _only(section: SectionView, numbers: set[int]) -> SectionView:
    return replace(section, cards=tuple(c for c in section.cards if c.number in numbers))


def _html(cut: _Cut, envelope: Envelope, links: Links) -> str:
    filled = fill(
        "mail.html.j2",
        page=cut.page,
        titles=cut.titles,
        more=cut.more,
        subject=subject(cut.page),
        preview=preview(cut.page),
        filler=_FILLER,
        envelope=envelope,
        links=links,
        light=LIGHT,
        dark=DARK,
    )
    return inlined(filled)


def inlined(page: str) -> str:
    """Return a page with its styles inlined, since mail clients ignore style sheets."""
    return _inliner().inline(page)


def preview(page: DigestView) -> str:
    """Return what mail clients show beside the subject: deadlines, then the next picks."""
    parts = [f"{card.deadline.relative}: {card.title}" for card in page.deadlines if card.deadline]
    parts += [card.title for card in _picks(page)[1:3]]
    return shortened(" · ".join([*parts[:3], page.headline]), 140)


def _picks(page: DigestView) -> tuple[CardView, ...]:
    return tuple(card for section in page.sections for card in section.cards)


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    # Remote style sheets are fetched by default; foreign markup must not make us do so.
    return CSSInliner(load_remote_stylesheets=False, minify_css=True)
