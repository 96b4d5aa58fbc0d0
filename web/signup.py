"""Subscribing, confirming and leaving: what mail readers do without an account.

Mail scanners open every link of a mail, so a GET shows a page and changes nothing; only the button
on it, a POST, acts. The one POST without a form token is the one-click unsubscribe of RFC 8058,
which a mail provider sends: its signed address is all that it can show.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from aiohttp import web

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.mail import Mailbox, SubscriptionOptions
from core.people import parse_interests
from core.signed_links import LinkPurpose
from web.fields import schedule_words
from web.limits import Limit, Rate
from web.middleware import BadLinkError, TooFastError, who
from web.pages import answer, message
from web.public import FRESH, form_for
from web.site import SITE, Site

EACH = Rate(burst=5, each=timedelta(minutes=10))
"""Sign-ups from one address: a household, not a list of strangers."""

ALL = Rate(burst=60, each=timedelta(minutes=1))
"""Sign-ups from everywhere: more is somebody who makes our server write to strangers."""

EVERYBODY = "everybody"

MORNING = time(8)
"""When digests come until somebody says otherwise."""


class SignUp:
    """The form that asks for an address, and how often it may be sent."""

    def __init__(self, site: Site) -> None:
        self._each = Limit(EACH, site.clock)
        self._all = Limit(ALL, site.clock)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Ask the holder of an address by letter; what comes of it looks the same for any."""
        site = request.app[SITE]
        if not site.subscribing:
            raise web.HTTPNotFound
        fields = await site.forms.read(request)
        wait = self._each.wait(who(request)) or self._all.wait(EVERYBODY)
        if wait:
            raise TooFastError(wait)
        try:
            await site.call(
                site.email_subscriptions.subscribe, fields.get("address", ""), _options(fields)
            )
        except UsageError as error:
            self._all.give_back(EVERYBODY)  # else nonsense from one would keep all others out
            return _again(site, fields, str(error))
        return message(
            "One more step",
            "If that address can be written to, a letter is on its way. Open the link in it to "
            "confirm; until then nothing else is sent.",
            "No letter within some minutes? Look among the junk, and whether you typed it right.",
        )


def _again(site: Site, fields: Mapping[str, str], problem: str) -> web.Response:
    form = form_for(site)
    return answer("subscribe.html.j2", status=400, form=form, typed=fields, problem=problem)


async def subscribing(request: web.Request) -> web.Response:
    """Show the form on a page of its own."""
    form = form_for(request.app[SITE])
    response = answer("subscribe.html.j2", form=form, typed={}, problem="")
    response.headers.update(FRESH)
    return response


async def confirming(request: web.Request) -> web.Response:
    """Show what is to be confirmed, and the button that does so."""
    site = request.app[SITE]
    box = await site.call(site.email_subscriptions.mailbox, subject(request, LinkPurpose.CONFIRM))
    return answer(
        "confirm.html.j2",
        box=box,
        schedule=schedule_words(box.subscription.schedule),
        form=site.forms.token(request.path),
    )


async def confirm(request: web.Request) -> web.Response:
    """Confirm an address."""
    site = request.app[SITE]
    about = subject(request, LinkPurpose.CONFIRM)
    await site.forms.read(request)
    box = await site.call(site.email_subscriptions.confirm, about)
    return confirmed(site, box)


def confirmed(site: Site, box: Mailbox) -> web.Response:
    """Say what comes now, and where to change it."""
    about = box.address.subject
    return answer(
        "confirmed.html.j2",
        box=box,
        schedule=schedule_words(box.subscription.schedule),
        preferences=site.links.path(LinkPurpose.PREFERENCES, about),
    )


async def leaving(request: web.Request) -> web.Response:
    """Show the button that unsubscribes; opening a link never does."""
    subject(request, LinkPurpose.UNSUBSCRIBE)
    return answer("unsubscribe.html.j2")


async def leave(request: web.Request) -> web.Response:
    """Unsubscribe at once: the button, or a mail provider for its user (RFC 8058)."""
    site = request.app[SITE]
    about = subject(request, LinkPurpose.UNSUBSCRIBE)
    await site.call(site.email_subscriptions.unsubscribe, about)
    return message(
        "You are unsubscribed",
        "Nothing more is sent to this address.",
        "It was a mistake? Within 30 days the link to your preferences, in any of the mails, turns "
        "it on again; after that all that is held about you here is deleted.",
    )


def subject(request: web.Request, purpose: LinkPurpose) -> str:
    """Return whom a signed link is about.

    Raises:
        BadLinkError: if it was not signed here, or is too old.
    """
    site = request.app[SITE]
    try:
        return site.links.read(purpose, request.match_info["token"], now=site.clock())
    except UsageError as error:
        raise BadLinkError(str(error)) from None


def _options(fields: Mapping[str, str]) -> SubscriptionOptions:
    try:
        cadence = Cadence(fields.get("cadence", Cadence.WEEKLY))
    except ValueError:
        raise UsageError("choose how often it comes") from None
    return SubscriptionOptions(
        schedule=Schedule(cadence=cadence, at=MORNING, zone="UTC"),
        interests=parse_interests(fields.get("interests", "")),
    )
