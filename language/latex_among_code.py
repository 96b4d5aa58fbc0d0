r"""LaTeX in texts that may hold code as well: ``\alpha`` is LaTeX, ``\n`` and ``C:\new`` are not.

What authors of papers write is LaTeX throughout, and ``language.latex`` reads it so. Titles of blog
posts and questions are prose in which both stand: here a part of a text is LaTeX only if it is a
formula, or a command that LaTeX knows, written as LaTeX writes it. All the rest stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Set

from language.latex import LONGEST, known_commands, readable

# Braces within braces within braces: deeper ones are no text for people.
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,80}\}){0,80}\}){0,400}\}"
# Mount points, shares, variables of Windows and what lies below: never LaTeX.
_PATH = r"(?:(?<![^\W_])[A-Za-z]:|(?<![\w\\])\\\\[\w.$-]+|%\w+%|(?<![\w.])\.{1,2})\\[^\s\"<>|*?]*"
_PARTS = re.compile(
    rf"(?P<path>{_PATH})"
    r"|\$\$(?=\S)(?P<display>[^$]{1,2000}?)(?<=\S)\$\$"
    r"|(?<![\\$])\$(?=[^\s$])(?P<inline>[^$]{1,500}?)(?<=[^\s\\])\$(?P<next>[\w{(.]?)"
    r"|(?<![\w/'\".*^)])\\\((?P<round>[^()\\](?:[^\\]|\\[^()]){0,500}?)\\\)(?![\\/*|])"
    r"|\\\[(?P<square>[^\[\]\\](?:[^\\]|\\[^\[\]]){0,2000}?)\\\]"
    r"|\{\\(?:bf|em|it|rm|sc|sf|sl|tt)\s+[^{}\\]{1,200}\}"
    rf"|~?\\(?P<taking>[A-Za-z]{{2,40}})\*?(?:\[[^\]\[]{{0,80}}\])?(?:{_BRACED})+"
    r"|(?<![A-Za-z\\:/.])\\(?P<sign>[A-Za-z]{2,40})(?:\{\})?(?![\w{\\\[])"
    r"|\\[bcdHkrtuv]\{\\?[A-Za-z]{1,2}\}|\\(?P<over>['\"`^~=.])\{\\?[A-Za-z]\}|\\[oOlLij]\{\}"
    r"|(?<=[A-Za-z])\\[oOlL] (?=[a-z])|(?<=[^\W\d_])\\c c"
    r"|(?<=[^\W\d_])\\(?P<inside>['\"`^~=])(?:[A-Za-z]|\\[ij](?![A-Za-z]))"
    r"|(?<!\w)\\(?P<first>['\"`^])[A-Z](?=[a-z])"
    r"|(?<=\d)\\%|(?<=\w)\\_(?=\w)|(?<=[\s\w])\\&(?=[\s\w])|\\\$(?=\d)|(?<!\S)\\#(?=\d)",
    re.DOTALL,
)
# Commands whose names are words of code and of folders too, or that are about the paper itself.
_CODE_NAMES = """
author chapter check cos date exp footnote hint hints id image in include includegraphics input int
item label log max min not original paragraph part ref section sin star subsection tan title to
today top
"""
_CODE = frozenset(_CODE_NAMES.split())
_FORMULA_SIGN = re.compile(r"\\([A-Za-z]{2,})|(?:^|(?<=[\w)\]}]))\^|_\{")
_CODE_SIGN = re.compile(rf"{_PATH}|\$\{{\w+\}}(?!\S*\$)|(?<!\w)\{{\}}|\\[fnrtvx](?![\w{{'])")
_ACCENTS = "'\"`^~="
_QUOTES = {accent: re.compile(rf"\\{re.escape(accent)}(?![A-Za-z{{\\])") for accent in _ACCENTS}


def holds_code(text: str) -> bool:
    r"""Return whether a text holds a path of Windows, ``\n``, ``${NAME}`` or ``{}`` by itself."""
    return _CODE_SIGN.search(text) is not None


def readable_among_code(text: str) -> str:
    r"""Return ``text`` with what is surely LaTeX as Unicode, all else as it is. Never raises.

    A dollar begins a formula only if no name follows the one that ends it: ``$HOME/$USER`` are
    variables, ``$k$-means`` and ``M$^2$CD`` formulas.
    """
    if not ("$" in text or "\\" in text) or len(text) > LONGEST:
        return text
    quotes = {accent for accent, closing in _QUOTES.items() if closing.search(text)}
    return _PARTS.sub(lambda part: _converted(part, quotes), text)


def _converted(part: re.Match[str], quotes: Set[str]) -> str:
    r"""Return one part as it is shown.

    Args:
        part: what may be LaTeX.
        quotes: signs of accents that stand for themselves in this text: ``\"a\"`` is no ä.
    """
    whole = part.group()
    after = part["next"] or ""
    if part["inline"] is not None:
        is_latex = _is_formula(part["inline"], after)
        return readable(whole.removesuffix(after)) + after if is_latex else whole
    bracketed, name = part["round"] or part["square"], part["taking"] or part["sign"]
    accent = part["inside"] or part["first"] or part["over"]
    kept = (
        part["path"]
        or (bracketed and not (_has_sign(bracketed) or len(bracketed) == 1))
        or (name and (name in _CODE or known_commands().get(name) != bool(part["taking"])))
        or (accent and accent in quotes)
    )
    return whole if kept else readable(whole)


def _is_formula(inline: str, after: str) -> bool:
    if inline.count("{") != inline.count("}") or (inline[0] == "{" and "\\" not in inline):
        return False
    if inline[0].isdigit() and (after.isdigit() or not _has_sign(inline)):
        return inline.isdigit() and not after
    if not after or after == ".":
        return not re.match(r"[({.]", inline) or _has_sign(inline)
    return _has_sign(inline) or (len(inline) == 1 and after.isupper())


def _has_sign(formula: str) -> bool:
    """Return whether something in it can only be meant for LaTeX."""
    found = _FORMULA_SIGN.finditer(formula)
    return any(sign[1] is None or sign[1] in known_commands() for sign in found)
