"""The preferences of an address, changed by whoever holds its signed link."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from core.errors import UsageError
from core.mail import SCHEME, AddressState, Mailbox
from core.people import Profile, Verdict
from core.schedules import DAYS
from core.signed_links import LinkPurpose
from digests.view import readable_title, safe_url
from services.interests import known_lines
from services.subscriptions import MOST_ITEMS
from web import fields as read
from web.pages import answer, message
from web.signup import link_subject, linked_mailbox
from web.site import SITE, Site

VERDICTS = {
    Verdict.SAVE: "saved",
    Verdict.MORE: "more like",
    Verdict.LESS: "less like",
    Verdict.KNOWN: "known",
}
"""What stands before the title of an item of which this was said."""

VERDICTS_SHOWN = 30


async def show(request: web.Request) -> web.Response:
    """Show the preferences in a form."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.PREFERENCES)
    return _form(site, box, request.path)


async def change(request: web.Request) -> web.Response:
    """Save the form."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.PREFERENCES)
    typed = await site.forms.read(request)
    box = await linked_mailbox(request, LinkPurpose.PREFERENCES)
    try:
        changed = await site.call(_change, site, about, box, typed)
    except UsageError as error:
        return _form(site, box, request.path, typed=typed, problem=str(error))
    return _form(site, changed, request.path, saved=True)


def _change(site: Site, about: str, box: Mailbox, typed: Mapping[str, str]) -> Mailbox:
    if typed.get("resume"):
        return site.email_subscriptions.change(about, resume=True)
    schedule = read.parse_schedule(typed, box.subscription.schedule)
    pause = read.parse_day(typed.get("pause", ""), schedule.zone)
    paused = box.subscription.paused_until
    return site.email_subscriptions.change(
        about,
        interests=typed.get("interests", ""),
        schedule=schedule if schedule != box.subscription.schedule else None,
        items=read.parse_items(typed),
        pause_until=pause if pause != paused else None,
        resume=pause is None and paused is not None and paused > site.clock(),
    )


async def withdraw(request: web.Request) -> web.Response:
    """Take back what was said of an item."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.PREFERENCES)
    typed = await site.forms.read(request)
    key, fact = typed.get("key", ""), typed.get("fact", "")
    await site.call(site.feedback.withdraw, about, key, fact)
    box = await linked_mailbox(request, LinkPurpose.PREFERENCES)
    return _form(site, box, request.path.removesuffix("/withdraw"), saved=True)


async def renew(request: web.Request) -> web.Response:
    """Revoke all links and show the new ones."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.PREFERENCES)
    await site.forms.read(request)
    box = await site.call(site.email_subscriptions.renew, about)
    return answer(
        "renewed.html.j2",
        preferences=site.links.path(LinkPurpose.PREFERENCES, box.address.subject),
        feed=_shown(site, LinkPurpose.FEED, box),
    )


async def delete_form(request: web.Request) -> web.Response:
    """Show the button that deletes."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.PREFERENCES)
    return answer(
        "delete.html.j2",
        box=box,
        alone=_is_alone(box),
        form=site.forms.token(request.path),
        back=request.path.removesuffix("/delete"),
    )


async def delete(request: web.Request) -> web.Response:
    """Delete an address and its data."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.PREFERENCES)
    await site.forms.read(request)
    lines = ["This address and its data are deleted. Nothing else will be sent."]
    if _is_alone(box):
        done = await site.call(site.privacy.delete, box.address.owner)
        if done.files:
            named = ", ".join(path.name for path in done.files)
            lines.append(
                f"Files exported by whoever runs this page may still show your digests: {named}. "
                "Ask them to delete those."
            )
    else:
        await site.call(site.email_subscriptions.forget, box.address.owner)
    return message("Deleted", *lines)


async def export(request: web.Request) -> web.Response:
    """Return everything held about somebody known by an address only."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.PREFERENCES)
    if not _is_alone(box):
        raise web.HTTPForbidden
    held = await site.call(site.privacy.export, box.address.owner)
    return web.json_response(
        held, headers={"Content-Disposition": 'attachment; filename="tidings.json"'}
    )


def _form(
    site: Site,
    box: Mailbox,
    path: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    saved: bool = False,
) -> web.Response:
    form: Callable[[str], str] = site.forms.token
    return answer(
        "preferences.html.j2",
        status=400 if problem else 200,
        box=box,
        typed=typed or _typed(site, box),
        problem=problem,
        saved=saved,
        on=box.address.state is AddressState.CONFIRMED and not box.subscription.off,
        alone=_is_alone(box),
        path=path,
        form=form(path),
        renew=form(f"{path}/renew"),
        withdraw=form(f"{path}/withdraw"),
        said=_said(box.profile),
        feed=_shown(site, LinkPurpose.FEED, box),
        cadences=read.CADENCES,
        days=DAYS,
        zones=read.zones(),
        most=MOST_ITEMS,
    )


def _typed(site: Site, box: Mailbox) -> Mapping[str, str]:
    """Return the preferences as values of the fields."""
    subscription, schedule = box.subscription, box.subscription.schedule
    paused = subscription.paused_until
    return {
        "interests": "\n".join(known_lines(box.profile)),
        "cadence": schedule.cadence.value,
        "weekday": DAYS[schedule.weekday],
        "at": f"{schedule.at:%H:%M}",
        "zone": schedule.zone,
        "items": str(subscription.items or ""),
        "pause": read.local_day(paused, schedule.zone) if paused and paused > site.clock() else "",
    }


def _said(profile: Profile) -> list[tuple[str, str, str, str, str]]:
    """Return what was said of items, latest first: title, URL, key, fact, and verdict in words."""
    latest = sorted(profile.feedback, key=lambda one: one.at, reverse=True)[:VERDICTS_SHOWN]
    return [
        (
            readable_title(one.item),
            safe_url(one.item.url),
            str(one.item.key),
            one.fact.value,
            VERDICTS[one.verdict],
        )
        for one in latest
    ]


def _is_alone(box: Mailbox) -> bool:
    """Whether the holder is known by this address only, not as a Discord member."""
    return box.address.owner.startswith(f"{SCHEME}:")


def _shown(site: Site, purpose: LinkPurpose, box: Mailbox) -> str:
    """Return a link to copy: the whole URL where people can reach the page, else its path."""
    about = box.address.subject
    return site.links.link(purpose, about) or site.links.path(purpose, about)
