"""What ``docs/web.md`` says of addresses, metrics and limits is what is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.markdown import page as read
from tests.web.running import Running
from web.application import MAX_BODY
from web.forms import MAX_FIELDS
from web.middleware import REQUEST_TIMEOUT, REQUESTS_PER_CLIENT
from web.signup import SIGNUPS_IN_TOTAL, SIGNUPS_PER_CLIENT
from web.site import MAX_CALLS

WRITTEN = read("docs/web.md")


def test_every_address_is_described(page: Running) -> None:
    router = page.part.server._runner.app.router
    patterns = {resource.canonical for resource in router.resources()}
    cells = " ".join(row[0] for row in WRITTEN.section("What each address is").rows)
    described = set(re.findall(r"`(/[^`?]*)", cells))
    examples = {"{token}": "…", "{week}": "2026-W47", "{verdict}": "save"}
    spoken = {re.sub(r"{\w+}", lambda name: examples[name[0]], pattern) for pattern in patterns}
    assert spoken - {"/style.css", "/robots.txt"} == described


def test_every_metric_is_described(local: Running) -> None:
    text = local.get("/metrics").text
    names = set(re.findall(r"^# HELP (tidings_\S+)", text, re.MULTILINE))
    rows = WRITTEN.section("Monitoring").rows
    described = {cell for row in rows for cell in re.findall(r"`(tidings_\w+)`", row[0])}
    assert {name for name in names if not name.endswith("_created")} == described


@pytest.mark.parametrize(
    "said",
    [
        f"{REQUESTS_PER_CLIENT.burst} at once, then one a second",
        f"{SIGNUPS_PER_CLIENT.burst} at once, then one in ten minutes",
        f"{SIGNUPS_IN_TOTAL.burst} at once, then one a minute",
        f"{MAX_BODY // 1024} KB, an uncompressed form; {MAX_FIELDS} fields",
        f"{REQUEST_TIMEOUT} seconds",
        f"| {MAX_CALLS}; others wait",
    ],
)
def test_the_limits_are_those_of_the_code(said: str) -> None:
    assert said in WRITTEN.source
    rates = (REQUESTS_PER_CLIENT, SIGNUPS_PER_CLIENT, SIGNUPS_IN_TOTAL)
    assert [rate.each.seconds for rate in rates] == [1, 600, 60]
