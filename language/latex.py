"""LaTeX in titles and abstracts as readable Unicode text."""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latexwalker import LatexMacroNode  # type: ignore[import-untyped]  # no types
    from pylatexenc.macrospec import MacroSpec  # type: ignore[import-untyped]

LONGEST = 20_000
"""Characters; longer texts are no abstract, and the parser's time is not linear."""

# Pandoc's rule (manual, extension tex_math_dollars): the opening $ has a non-space to its right,
# the closing $ a non-space to its left. Its third condition, no digit after the closing $, is
# kept only where a number follows the opening one: "$5 to $10" is money, "$\sim$50" is not.
_MATH = re.compile(
    r"(?<!\\)\$\$(?=\S)(?P<display>[^$]{1,2000}?)(?<=\S)\$\$"
    r"|(?<!\\)\$(?=[^\s$\d])(?P<inline>[^$]{1,500}?)(?<=[^\s\\])\$"
    r"|(?<!\\)\$(?=\d)(?P<number>[^$]{1,500}?)(?<=[^\s\\])\$(?!\d)"
    r"|\\\((?P<round>.{1,500}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
_SCRIPT = re.compile(r"([\^_])\s*(?:\{((?:[^{}]|\{[^{}]{0,40}\}){1,40})\}|(\\[A-Za-z]+|[^\s{}\\]))")
_BRACED_SCRIPT = re.compile(r"([\^_])\{([^{}\\]{1,40})\}()")
_BRACED_WORD = re.compile(r"(?<!\$)\{([^\W_][\w-]*)\}")
_NO_ARGUMENT = re.compile(r"(?<=\w)\{\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_UP = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθ*",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿ*",
)
_DOWN = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
_WHOLE_SCRIPTS = {r"^\circ": "°", r"^\prime": "′", r"^\top": "ᵀ", r"^\dagger": "†", r"^\ast": "*"}
_STYLES = """
text textbf textit texttt textsc textsf textrm textnormal textsl textup textmd emph underline uline
sout mathrm mathsf mathtt mathit mathbf mathnormal boldsymbol bm bold operatorname mbox hbox tt bf
it rm sc sf em
"""
_TEXT_MACROS = tuple(_STYLES.split())
"""Commands that change how their argument looks, not what it says."""

_REFERENCES = "cite citep citet citealp ref eqref autoref cref Cref label footnotemark"
_POINTERS = tuple(_REFERENCES.split())
"""Commands that point into the paper: nothing to see outside of it."""


def readable(text: str) -> str:
    r"""Return ``text`` with its LaTeX as Unicode: ``M$^2$CD`` as "M²CD", ``\ell_1`` as "ℓ₁".

    Text without ``$``, ``\`` and ``{`` comes back as it is. Dollar signs that are money stay, and
    what cannot be parsed loses its markup but no letter of its words. Never raises.
    """
    if not ("$" in text or "\\" in text or "{" in text):
        return text
    if len(text) > LONGEST:
        return _stripped(text)
    pieces, start = [], 0
    for math in _MATH.finditer(text):
        pieces.append(_words(text[start : math.start()]))
        pieces.append(_formula(next(filter(None, math.groups()))))
        start = math.end()
    pieces.append(_words(text[start:]))
    return "".join(pieces)


def _words(text: str) -> str:
    """Convert the text between formulas, in which %, $, & and # are mere characters."""
    text = _BRACED_SCRIPT.sub(_script, text)
    if "\\" not in text:
        return _BRACED_WORD.sub(r"\1", _NO_ARGUMENT.sub("", text))
    spaced = re.sub(r"(?<=\w)~(?=[\w\\])", " ", text)
    return _convert(re.sub(r"(?<!\\)[$%&#_^~]", _escape, spaced), text)


def _escape(sign: re.Match[str]) -> str:
    named = {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    return named.get(sign.group(), "\\" + sign.group())


def _formula(math: str) -> str:
    raised = _SCRIPT.sub(_script, math.strip())
    return _convert(f"\\({raised}\\)", math)


def _script(found: re.Match[str]) -> str:
    """Raise or lower one script, if Unicode has all of its characters."""
    mark, braced, single = found.groups()
    whole = _WHOLE_SCRIPTS.get(mark + (braced or single).strip())
    if whole:
        return "{}" + whole
    content = _plain_script(braced or single)
    table = _UP if mark == "^" else _DOWN
    moved = content.translate(table)
    if content and all(ord(sign) in table for sign in content):
        return "{}" + moved  # the braces end the name of a command before it
    return f"{mark}{{{braced}}}" if braced else found.group()


def _plain_script(script: str) -> str:
    return _convert(f"\\({script}\\)", script).strip() if "\\" in script else script.strip()


def _convert(latex: str, original: str) -> str:
    """Let pylatexenc convert; where it fails, or loses all the letters, strip the markup."""
    try:
        converted = _converter()(latex)
    except Exception:  # beside its own errors it raises IndexError and RecursionError
        return _stripped(original)
    if "%s" in converted and "%s" not in latex:  # a command without its arguments
        return _stripped(original)
    lost = re.search(r"\w", _COMMAND.sub("", original)) and not re.search(r"\w", converted)
    return _stripped(original) if lost else converted


def _stripped(text: str) -> str:
    """Drop dollars, braces and command names, keeping every word."""
    plain = _COMMAND.sub(lambda found: found.group(2) or " ", text)
    return re.sub(r"[${}]", "", plain)


def _unknown(node: LatexMacroNode) -> str:
    r"""Show a command that an author made up by its name: most often it is a system's name.

    A single letter is none, but the ``\n`` of some code.
    """
    name = node.macroname if len(node.macroname) > 1 else f"\\{node.macroname}"
    return f"{name}{node.macro_post_space}"


@lru_cache(maxsize=1)
def known_commands() -> Mapping[str, bool]:
    """Return the names of LaTeX's commands, of two letters or more: do they take an argument?"""
    from pylatexenc.latex2text import (  # type: ignore[import-untyped]
        get_default_latex_context_db,
    )
    from pylatexenc.latexwalker import get_default_latex_context_db as walker_db

    shown, read = get_default_latex_context_db(), walker_db()
    signs = {
        spec.macroname for kind in shown.categories() for spec in shown.iter_macro_specs([kind])
    }
    known = {name: _takes_argument(read.get_macro_spec(name)) for name in signs}
    taking = dict.fromkeys((*_TEXT_MACROS, *_POINTERS, "href"), True)
    return {name: takes for name, takes in (known | taking).items() if len(name) > 1}


def _takes_argument(spec: MacroSpec | None) -> bool:
    return spec is not None and "{" in (spec.args_parser.argspec or "")


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )
    from pylatexenc.latexwalker import get_default_latex_context_db as walker_db
    from pylatexenc.macrospec import std_macro

    known = walker_db()
    known.add_context_category(
        "tidings",
        prepend=True,
        macros=[
            *(std_macro(name, "{") for name in (*_TEXT_MACROS, *_POINTERS)),
            std_macro("href", "{{"),
        ],
    )
    shown = get_default_latex_context_db()
    shown.add_context_category(
        "tidings",
        prepend=True,
        macros=[
            *(MacroTextSpec(name, simplify_repl="%s") for name in _TEXT_MACROS),
            *(MacroTextSpec(name, simplify_repl="") for name in _POINTERS),
            MacroTextSpec("href", simplify_repl="%(2)s"),
        ],
    )
    shown.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_unknown))
    converter = LatexNodes2Text(
        latex_context=shown,
        math_mode="text",
        strict_latex_spaces="except-in-equations",
        keep_comments=True,
    )

    def convert(latex: str) -> str:
        text: str = converter.latex_to_text(latex, latex_context=known, tolerant_parsing=False)
        return text

    return convert
