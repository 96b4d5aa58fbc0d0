"""Subscribe, confirm and unsubscribe, without an account.

Mail scanners open every link in an email, so a GET shows a page and changes nothing; only the
button on it, a POST, acts. The only POST without a form token is the one-click unsubscribe of RFC
8058, which mail providers send.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from aiohttp import web

from core.deliveries import Cadence, Schedule
from core.errors import UsageError
from core.mail import Mailbox, SubscriptionOptions
from core.schedules import in_words
from core.signed_links import LinkPurpose
from core.token_buckets import Rate, TokenBuckets
from services.interests import read_interests
from web.client_address import neighbourhood
from web.middleware import InvalidLinkError, TooManyRequestsError, client_of
from web.pages import answer, message
from web.public import NO_CACHE, form_for
from web.site import SITE, Site

SIGNUPS_PER_CLIENT = Rate(burst=5, each=timedelta(minutes=10))
"""Sign-ups from one client: enough for a household, not for a list of strangers."""

SIGNUPS_PER_SITE = Rate(burst=15, each=timedelta(minutes=4))
"""Sign-ups from all clients in an IPv6 network of 48 bits, which one site may own: a quarter of
those in total, so that nobody alone can keep all others out."""

SIGNUPS_IN_TOTAL = Rate(burst=60, each=timedelta(minutes=1))
"""Sign-ups from all clients: more is an attempt to make our server mail strangers."""

ALL_CLIENTS = "everybody"

DEFAULT_TIME = time(8)
"""When digests are sent until somebody changes it."""


class SignUp:
    """Handles the form to subscribe, with limits on how often it may be sent."""

    def __init__(self, site: Site) -> None:
        self._per_client = TokenBuckets(SIGNUPS_PER_CLIENT, site.clock)
        self._per_site = TokenBuckets(SIGNUPS_PER_SITE, site.clock)
        self._in_total = TokenBuckets(SIGNUPS_IN_TOTAL, site.clock)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Have a confirmation email sent; the answer is the same, as soon, for every address."""
        site = request.app[SITE]
        if not site.subscribing:
            raise web.HTTPNotFound
        fields = await site.forms.read(request)
        client = client_of(request)
        _take(self._per_client, client)
        typed = fields.get("address", "")
        try:
            options = _options(fields)
            await site.call(site.email_subscriptions.check, typed, options)
        except UsageError as error:
            form, problem = form_for(site), str(error)
            return answer("subscribe.html.j2", status=400, form=form, typed=fields, problem=problem)
        _take(self._per_site, neighbourhood(client))
        _take(self._in_total, ALL_CLIENTS)
        # What is stored decides how long this takes, so nobody may wait for it.
        site.later.start(lambda: site.email_subscriptions.subscribe(typed, options))
        return message(
            "Check your inbox",
            "We are sending a confirmation email to the address you entered. Open the link in it "
            "to subscribe; until then nothing else will be sent.",
            "If it does not arrive within a few minutes, check your spam folder and the spelling "
            "of the address. One address gets at most three confirmation emails a day.",
        )


def _take(buckets: TokenBuckets, key: str) -> None:
    """Take a token.

    Raises:
        TooManyRequestsError: if there is none.
    """
    wait = buckets.wait(key)
    if wait:
        raise TooManyRequestsError(wait)


async def subscribe_form(request: web.Request) -> web.Response:
    """Show the form to subscribe on a page of its own."""
    form = form_for(request.app[SITE])
    response = answer("subscribe.html.j2", form=form, typed={}, problem="")
    response.headers.update(NO_CACHE)
    return response


async def confirm_form(request: web.Request) -> web.Response:
    """Show what is to be confirmed, and the button to confirm."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.CONFIRM)
    return answer(
        "confirm.html.j2",
        box=box,
        schedule=in_words(box.subscription.schedule),
        form=site.forms.token(request.path),
    )


async def confirm(request: web.Request) -> web.Response:
    """Confirm an address."""
    site = request.app[SITE]
    about = link_subject(request, LinkPurpose.CONFIRM)
    await site.forms.read(request)
    box = await site.call(site.email_subscriptions.confirm, about)
    return answer(
        "confirmed.html.j2",
        box=box,
        schedule=in_words(box.subscription.schedule),
        preferences=site.links.path(LinkPurpose.PREFERENCES, box.address.subject),
    )


async def unsubscribe_form(request: web.Request) -> web.Response:
    """Show the button to unsubscribe; opening the link does not."""
    link_subject(request, LinkPurpose.UNSUBSCRIBE)
    return answer("unsubscribe.html.j2")


async def unsubscribe(request: web.Request) -> web.Response:
    """Unsubscribe at once, for the button or a mail provider (RFC 8058)."""
    site = request.app[SITE]
    about = link_subject(request, LinkPurpose.UNSUBSCRIBE)
    await site.call(site.email_subscriptions.unsubscribe, about)
    return message(
        "You are unsubscribed",
        "Nothing else will be sent to this address.",
        "If this was a mistake, open the preferences link in any of our emails within 30 days to "
        "resume. After that, the address and its data are deleted.",
    )


def link_subject(request: web.Request, purpose: LinkPurpose) -> str:
    """Return the subject of the signed link that was opened.

    Raises:
        InvalidLinkError: if it was not signed here, or has expired.
    """
    site = request.app[SITE]
    try:
        return site.links.read(purpose, request.match_info["token"], now=site.clock())
    except UsageError as error:
        raise InvalidLinkError(str(error)) from None


async def linked_mailbox(request: web.Request, purpose: LinkPurpose) -> Mailbox:
    """Return the mailbox of the signed link that was opened."""
    site = request.app[SITE]
    return await site.call(site.email_subscriptions.mailbox, link_subject(request, purpose))


def _options(fields: Mapping[str, str]) -> SubscriptionOptions:
    try:
        cadence = Cadence(fields.get("cadence", Cadence.WEEKLY))
    except ValueError:
        raise UsageError("choose how often to get a digest") from None
    stated = read_interests(fields.get("interests", ""))
    return SubscriptionOptions(
        schedule=Schedule(cadence=cadence, at=DEFAULT_TIME, zone="UTC"),
        interests=stated.interests,
        muted=stated.muted,
    )
