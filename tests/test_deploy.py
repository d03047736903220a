"""The files an operator copies: what they name is there, and the commands they run take the options they give."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Final

import click
import pytest
import typer
import yaml

from api.cli import app

ROOT: Final = Path(__file__).parent.parent
DEPLOY: Final = ROOT / "docs" / "service" / "deploy"
UNITS: Final = ("hinterland.service", "hinterland-worker@.service")


def parsed(arguments: list[str]) -> None:
    """Read a command line as the program does, without running it."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    command = group.commands[arguments[0]]
    command.make_context(arguments[0], list(arguments[1:]), resilient_parsing=False)


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", UNITS)
def test_units_run_commands_that_there_are(name: str) -> None:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    commands = [line.partition("=")[2] for line in lines if line.startswith(("ExecStart=", "ExecStartPre="))]
    assert commands
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program.endswith("/bin/hinterland")
        parsed(arguments)


def test_the_composition_runs_commands_that_there_are_and_shows_no_port_to_others() -> None:
    services = compose()["services"]
    assert set(services) == {"database", "tables", "web", "worker"}
    for service in services.values():
        if "command" in service:
            assert service["command"][0] == "hinterland"
            parsed(service["command"][1:])
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert "password" not in str(services).lower().replace("postgres_password", "")


def test_the_image_copies_what_there_is_and_runs_a_command_that_there_is() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for path in line.split()[1:-1]:
                assert (ROOT / path).exists(), path
    command = yaml.safe_load(next(line for line in lines if line.startswith("CMD "))[4:])
    assert command[0] == "hinterland"
    parsed(command[1:])
