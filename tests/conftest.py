"""Tests do not hang on the clock, and a run says at its end what could not be held against anything on this machine."""

import shutil

import pytest
from hypothesis import HealthCheck, settings

from tests.sandbox import definitions

# How long an example takes is a matter of what else the machine does. What CI is spared beyond that stays so.
usual = settings.get_profile(settings.get_current_profile_name())
settings.register_profile("firstframe", usual, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("firstframe")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the checks that were left out, and why."""
    if not definitions.present():
        where = "/".join(definitions.VALIDATOR.parts[-3:])
        terminalreporter.write_line(f"left out: traffic was not held against Discord's definitions (no {where} here)")
    if not shutil.which("chromium"):
        terminalreporter.write_line("left out: the page was not tried in a browser (no chromium here)")
