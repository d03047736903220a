"""A test whose service is missing is skipped with a reason, and fails where nothing may be missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from demo_run import environment

TESTS = Path(__file__).parent
NEEDS_BROWSER = f"{TESTS / 'test_report_browser.py'}::test_the_language_changes_everywhere_at_once"


@pytest.mark.parametrize(("no_skip", "outcome"), [("", "1 skipped"), ("1", "1 error")])
def test_a_missing_browser_skips_or_fails(no_skip: str, outcome: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", NEEDS_BROWSER],
        capture_output=True,
        text=True,
        check=False,
        cwd=TESTS.parent,
        env=environment(PATH="/nowhere", HINTERLAND_TEST_NO_SKIP=no_skip),
    )
    assert outcome in done.stdout, done.stdout + done.stderr
    assert "no Chromium on the PATH" in done.stdout
