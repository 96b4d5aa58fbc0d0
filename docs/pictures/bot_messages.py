"""Makes the pictures of a digest and of "My picks" in Discord; ``README.md`` here says how.

The messages are those that the bot sends. The page around them only resembles Discord: colours,
sizes and the Markdown that the bot writes, without anything taken from Discord's own client.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from bot.cards import digest_messages
from bot.layout import Component, Style, button
from core.digests import Digest, RankedItem, Reason, Section
from core.sources import SourceState
from digests.times import ahead
from docs.pictures.week import rich
from tests.digests import examples as week
from tests.digests.render.browser import Browser, installed

HERE = Path(__file__).parent
WIDTH = 560
BUTTON_CLASSES = {int(Style.BLUE): "blue", int(Style.GREY): "grey"}
MARKDOWN = MarkdownIt("commonmark", {"html": False})
TIMESTAMP = re.compile(r"<t:(\d+):([FRf])>")
LINE_TAGS = (("### ", "h3"), ("## ", "h2"), ("-# ", "small"))
STYLE = """
* { box-sizing: border-box }
body { margin: 0; padding: 12px 14px; background: #313338; color: #dbdee1;
  font: 14px/1.35 "Liberation Sans", Arial, sans-serif }
.message { display: flex; gap: 12px; padding: 6px; border-radius: 6px }
.message.private { background: #3b3f55; border-left: 3px solid #7983f5 }
.avatar { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #3c6e71;
  color: #fff; font: bold 20px/40px "Liberation Serif", serif; text-align: center }
.body { flex: 1; min-width: 0; display: flex; flex-direction: column; gap: 7px }
.author b { color: #f2f3f5 } .app { margin: 0 6px; padding: 1px 4px; border-radius: 3px;
  background: #5865f2; color: #fff; font-size: 10px } .author { color: #949ba4; font-size: 12px }
.author b { font-size: 15px }
.frame { padding: 10px 12px; border: 1px solid #45484f; border-left-width: 4px;
  border-radius: 7px; background: #2b2d31; display: flex; flex-direction: column; gap: 10px }
.section { display: flex; gap: 12px; align-items: flex-start }
.section > .text { flex: 1; min-width: 0 }
h2, h3, p, small { display: block; margin: 0 } h2 { font-size: 20px; color: #f2f3f5 }
h3 { font-size: 16px; color: #f2f3f5 } small { color: #949ba4; font-size: 12px }
a { color: #00a8fc; text-decoration: none } time { padding: 0 2px; border-radius: 3px;
  background: #41434a }
.buttons { display: flex; gap: 8px } .button { flex: none; padding: 6px 14px; border-radius: 6px;
  font-weight: bold; font-size: 13px; color: #fff } .blue { background: #5865f2 }
.grey { background: #4e5058 }
.menu { flex: 1; padding: 9px 12px; border-radius: 4px; background: #1e1f22; color: #949ba4 }
.menu::after { content: "⌄"; float: right } .private-note { color: #949ba4; font-size: 12px }
"""


def main() -> None:
    """Write both pictures beside this file."""
    program = installed()
    if program is None:
        raise SystemExit("the pictures need Chromium on PATH: install it and run this again")
    subscriptions = button("Subscriptions", "subscriptions")
    below_digest = [button("My picks", "picks", Style.BLUE), subscriptions]
    below_picks = [button("Interests", "interests"), subscriptions]
    shown = {
        "discord-digest": ("", digest_messages(_channel_digest(), lambda _: below_digest)),
        "discord-picks": ("private", digest_messages(_members_picks(), lambda _: below_picks)),
    }
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(program=program, folder=Path(folder))
        for name, (kind, messages) in shown.items():
            text = _page(messages[0], kind)
            page = Path(folder) / f"{name}.html"
            page.write_text(text, encoding="utf-8")
            [(_, height)] = browser.sizes([(text, WIDTH)])
            browser.picture(page, HERE / f"{name}.png", (WIDTH, height))


def _channel_digest() -> Digest:
    return replace(rich(saved=False), health=_health())


def _members_picks() -> Digest:
    docking, symmetry = "molecular docking", "equivariant networks"
    near = week.matches(docking, 3)
    saved = Reason(
        text="like “Neural Message Passing for Quantum Chemistry”, which you saved", weight=2
    )
    drawn = "drawn at random, 1 of 30 outside the usual"
    entry = week.ranked(week.INTRODUCTION, Reason(text="announced yesterday", weight=0.4))
    outside = replace(entry, moved=drawn, propensity=1 / 30)
    return week.draft(
        interests=(docking, symmetry),
        health=_health(),
        sections=(
            _section(
                "Papers",
                week.ranked(week.DOCKING, near),
                week.ranked(week.EQUIVARIANT, week.matches(symmetry, 3), saved),
            ),
            _section("Data and notebooks", week.ranked(week.MOLECULES, near), kind="data"),
            _section("Outside your usual", outside, kind="outside"),
        ),
    )


def _health() -> tuple[SourceState, ...]:
    return tuple(map(week.state, ("arxiv", "github", "kaggle", "feed:distill")))


def _section(title: str, *items: RankedItem, kind: str = "") -> Section:
    return Section(kind=kind or title.lower(), title=title, items=items)


def _page(message: Sequence[Component], kind: str) -> str:
    body = "".join(map(_drawn, message))
    note = '<div class="private-note">Only you can see this</div>' if kind else ""
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>'
        f'<div class="message {kind}"><div class="avatar">T</div><div class="body">'
        '<div class="author"><b>Tidings</b><span class="app">APP</span>Today at 09:00</div>'
        f"{body}{note}</div></div>"
    )


def _drawn(component: Component) -> str:
    """Draw one component with what is in it."""
    inner = "".join(map(_drawn, component.get("components", ())))
    match component:
        case {"content": content}:
            return f'<div class="text">{_markdown(content)}</div>'
        case {"placeholder": placeholder}:
            return f'<div class="menu">{escape(placeholder)}</div>'
        case {"label": label, "style": style}:
            return f'<span class="button {BUTTON_CLASSES[style]}">{escape(label)}</span>'
        case {"accessory": accessory}:
            return f'<div class="section">{inner}{_drawn(accessory)}</div>'
        case {"accent_color": colour}:
            return f'<div class="frame" style="border-left-color: #{colour:06x}">{inner}</div>'
        case _:
            return f'<div class="buttons">{inner}</div>'


def _markdown(content: str) -> str:
    return "".join(map(_line, content.splitlines()))


def _line(line: str) -> str:
    mark, tag = next((pair for pair in LINE_TAGS if line.startswith(pair[0])), ("", "p"))
    made = MARKDOWN.renderInline(TIMESTAMP.sub(_time, line.removeprefix(mark)))
    return f"<{tag}>{made}</{tag}>"


def _time(stamp: re.Match[str]) -> str:
    at = datetime.fromtimestamp(int(stamp[1]), UTC)
    return ahead(at, week.NOW) if stamp[2] == "R" else f"{at:%A, %d %B %Y %H:%M}"


if __name__ == "__main__":
    main()
