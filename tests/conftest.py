"""Says at the end of a run what could not be held against anything on this machine."""

import shutil

import pytest

from tests.sandbox import definitions


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the checks that were left out, and why."""
    if not definitions.present():
        where = "/".join(definitions.VALIDATOR.parts[-3:])
        terminalreporter.write_line(f"left out: traffic was not held against Discord's definitions (no {where} here)")
    if not shutil.which("chromium"):
        terminalreporter.write_line("left out: the page was not tried in a browser (no chromium here)")
