"""``tidings profile`` and ``tidings feedback``: people without Discord teach too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import AsJson, ProfileName, ZoneName, opened, print_json
from app.complaints import not_one_of
from core.errors import UsageError
from core.people import Verdict
from core.schedules import zone_in_words

if TYPE_CHECKING:
    from core.people import Profile
    from services.interests import StatedInterests

profiles = typer.Typer(help="Profiles: who reads, and what they care about.", no_args_is_help=True)


@profiles.command("list")
def list_profiles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the people who have a profile, and their interests."""
    with opened(context) as application:
        found = [one for one in application.store.profiles() if is_person(one.name)]
    if as_json:
        print_json({"profiles": [as_data(profile) for profile in found]})
        return
    for profile in found:
        typer.echo(f"{profile.name}: {'; '.join(i.text for i in profile.interests)}")
    if not found:
        typer.echo('no profiles yet; create one with tidings profile set NAME --interests "…; …"')


def is_person(name: str) -> bool:
    """Whether a profile is a person's, and not a channel's (``discord:channel:123``)."""
    service, _, account = name.partition(":")
    return service != "discord" or account.isdecimal()


@profiles.command("show")
def show_profile(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the profile.")],
    as_json: AsJson = False,
) -> None:
    """Show one profile with its feedback."""
    with opened(context) as application:
        profile = application.people.profile(name)
    if as_json:
        print_json(as_data(profile))
        return
    typer.echo(f"{profile.name}, dates in {zone_in_words(profile.zone)}")
    for interest in profile.interests:
        typer.echo(f"  interest: {interest.text}")
    for word in profile.muted:
        typer.echo(f"  muted: {word}")
    for name_followed in profile.followed:
        typer.echo(f"  follows: {name_followed}")
    for said in profile.feedback:
        typer.echo(f"  {said.verdict.value}: {said.item.key}  {said.item.title}")


@profiles.command("set")
def set_profile(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the profile.")],
    interests: Annotated[str | None, typer.Option(help='Interests, separated by ";".')] = None,
    muted: Annotated[str | None, typer.Option(help='Words to hide, separated by ";".')] = None,
    followed: Annotated[
        str | None,
        typer.Option(help='Authors, owner/repo, categories to follow, separated by ";".'),
    ] = None,
    zone: ZoneName = None,
    popularity: Annotated[
        bool | None, typer.Option(help="Whether popular items rank higher.")
    ] = None,
    surprise: Annotated[
        bool | None, typer.Option(help="Whether to add one random item from outside the usual.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a profile, or change the given options of one."""
    from services.interests import read_interests

    with opened(context) as application:
        profile = application.people.change(
            name,
            interests=interests,
            muted=muted,
            followed=followed,
            zone=zone,
            popularity=popularity,
            surprise=surprise,
        )
    if as_json:
        print_json(as_data(profile))
    else:
        typer.echo(f"{profile.name}: {'; '.join(i.text for i in profile.interests)}")
        if interests is not None:
            _tell_of(read_interests(interests))


def _tell_of(stated: StatedInterests) -> None:
    """Say what of the interests typed is muted, and what is ignored."""
    from services.interests import nothing_found_by

    if stated.muted:
        typer.echo(f"muted, so never shown: {'; '.join(stated.muted)}", err=True)
    if stated.ignored:
        typer.echo(f"note: {nothing_found_by(stated.ignored)}", err=True)


@profiles.command("delete")
def delete_profile(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the profile.")],
) -> None:
    """Delete a profile with its feedback, digests and subscriptions, permanently."""
    from app.commands.privacy import delete

    with opened(context) as application:
        names = [one.name for one in application.store.profiles()]
    if name not in names:
        typed = [one for one in names if ":" not in one]
        raise UsageError(not_one_of(name, typed, "profile"))
    delete(context, name)


@profiles.command("weaken")
def weaken_interest(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the profile.")],
    interest: Annotated[str, typer.Argument(help="The interest, as profile show prints it.")],
    as_json: AsJson = False,
) -> None:
    """Halve the weight of an interest; one that counts little already is removed."""
    with opened(context) as application:
        people = application.people
        left = people.weaken(people.profile(name), interest)
    if as_json:
        print_json({"profile": name, "interest": interest, "weight": left})
    else:
        typer.echo(f"{interest}: weight {left:g}" if left else f"{interest}: removed")


def feedback(
    context: typer.Context,
    item: Annotated[
        str,
        typer.Argument(
            metavar="ITEM",
            help="Its number in the last digest, a key, arXiv ID, owner/repo or URL.",
        ),
    ],
    verdict: Annotated[Verdict, typer.Argument(help="What you think of it.")],
    profile: ProfileName = "default",
    as_json: AsJson = False,
) -> None:
    """Rate an item as more, less, save or known; the next digest uses it."""
    from app.last_shown import item_named

    with opened(context) as application:
        found = item_named(application, profile, item)
        application.people.rate(profile, found, verdict)
    if as_json:
        print_json({"profile": profile, "key": str(found.key), "verdict": verdict.value})
    else:
        typer.echo(f"{verdict.value}: {found.title} ({found.key})")


def undo(
    context: typer.Context,
    item: Annotated[
        str | None,
        typer.Argument(metavar="[ITEM]", help="As for feedback. Default: what was rated last."),
    ] = None,
    profile: ProfileName = "default",
) -> None:
    """Take back the last feedback, or all that was said of an item."""
    from app.last_shown import item_named

    with opened(context) as application:
        said = application.people.profile(profile).feedback
        if item is not None:
            key = item_named(application, profile, item).key
            taken = [one for one in said if one.item.key == key]
        else:
            taken = [max(said, key=lambda one: one.at)] if said else []
        if not taken:
            raise UsageError(
                f"there is no feedback to take back{f' on {item}' if item is not None else ''}"
            )
        for one in taken:
            application.people.withdraw(profile, one.item, one.fact)
    for one in taken:
        typer.echo(f"taken back: {one.verdict.value}: {one.item.title} ({one.item.key})")


def as_data(profile: Profile) -> dict[str, Any]:
    """Return a profile as plain data."""
    from digests.render.json import moment

    return {
        "name": profile.name,
        "interests": [{"text": i.text, "weight": i.weight} for i in profile.interests],
        "muted": list(profile.muted),
        "followed": list(profile.followed),
        "zone": profile.zone,
        "popularity": profile.popularity,
        "surprise": profile.surprise,
        "feedback": [
            {"key": str(f.item.key), "verdict": f.verdict.value, "at": moment(f.at)}
            for f in profile.feedback
        ],
    }
