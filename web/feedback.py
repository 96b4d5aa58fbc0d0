"""What readers say of the picks in their emails.

Mail scanners open every link in an email, so a GET shows one button and changes nothing; only the
button, a POST, records it.
"""

from __future__ import annotations

from aiohttp import web

from core.people import Verdict
from core.signed_links import LinkPurpose
from digests.view import readable_title
from web.pages import answer
from web.signup import link_subject, linked_mailbox
from web.site import SITE

QUESTIONS = {
    Verdict.SAVE: ("Save it", "It is saved, and the next digests bring more like it."),
    Verdict.MORE: ("More like this", "The next digests bring more like it."),
    Verdict.LESS: ("Less like this", "The next digests bring less like it."),
}
"""The text of each button, and of the answer to it."""


async def ask(request: web.Request) -> web.Response:
    """Show the item and the button."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.FEEDBACK)
    item = await site.call(site.feedback.item, about)
    button, _ = QUESTIONS[_verdict(request)]
    form = site.forms.token(request.path)
    return answer("feedback.html.j2", title=readable_title(item), button=button, form=form)


async def record(request: web.Request) -> web.Response:
    """Record the verdict."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.FEEDBACK)
    await site.forms.read(request)
    verdict = _verdict(request)
    item = await site.call(site.feedback.rate, about, verdict)
    box = await linked_mailbox(request, LinkPurpose.FEEDBACK)
    return answer(
        "feedback_recorded.html.j2",
        title=readable_title(item),
        line=QUESTIONS[verdict][1],
        preferences=site.links.path(LinkPurpose.PREFERENCES, box.address.subject),
    )


def _verdict(request: web.Request) -> Verdict:
    return Verdict(request.match_info["verdict"])
