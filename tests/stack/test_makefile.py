"""The Makefile explains itself, needs only Python, git and make, and is what CI calls."""

import os
import re
import stat
import subprocess

import pytest


@pytest.fixture(scope="module")
def makefile(request):
    return (request.config.rootpath / "Makefile").read_text()


def make(root, *arguments, **env):
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=root,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_help_lists_every_target_with_a_sentence(root, makefile):
    shown = make(root, "help")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE).group(1).split())
    assert targets >= {"demo", "test", "check", "bench", "up", "down", "help", "clean", "requirements"}
    listed = dict(re.findall(r"^  make (\S+)\s+(\S.*)$", shown.stdout, re.MULTILINE))
    assert set(listed) == targets
    assert all(len(said.split()) > 1 for said in listed.values())


def test_make_alone_helps(root):
    assert make(root).stdout == make(root, "help").stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([], "-m include.stack demo", id="until Ctrl-C"),
        pytest.param(["ONCE=1"], "-m include.stack demo --once", id="once"),
        pytest.param(["ONCE=0"], "-m include.stack demo", id="not once"),
        pytest.param(["ONCE=1", "PORT=9000"], "-m include.stack demo --once --port 9000", id="port"),
    ],
)
def test_demo_passes_on_what_was_asked(root, arguments, expected):
    shown = make(root, "--dry-run", "--old-file=requirements.txt", "demo", *arguments).stdout.splitlines()
    assert shown[-1].strip().endswith(expected)


def test_without_a_fitting_python_it_says_what_to_install(root, tmp_path, makefile):
    (tmp_path / "Makefile").write_text(makefile)
    (tmp_path / "requirements.txt").write_text("")
    refused = make(tmp_path, "demo", "PYTHON=")
    assert refused.returncode != 0
    assert "needs Python 3.11 to 3.14" in refused.stderr
    assert "apt-get install python3 python3-venv" in refused.stderr


def test_the_pythons_it_looks_for_are_those_the_project_supports(request, makefile):
    project = (request.config.rootpath / "pyproject.toml").read_text()
    low, high = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project).groups()
    looked_for = set(re.findall(r"python3\.(\d+)", makefile))
    assert looked_for == {str(minor) for minor in range(int(low), int(high))}
    assert f"(3, {low}) <= sys.version_info < (3, {high})" in makefile


def test_every_pin_is_exact(request):
    lines = (request.config.rootpath / "requirements.txt").read_text().splitlines()
    assert len(lines) > 100
    assert [
        line for line in lines if not re.match(r"^[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^=<>~]+( ; .+)?$", line)
    ] == []


def test_ci_runs_the_same_commands_and_stops_at_the_first_failure(request):
    script = request.config.rootpath / ".ci" / "run"
    text = script.read_text()
    assert script.stat().st_mode & stat.S_IXUSR
    assert "set -euo pipefail" in text
    assert re.findall(r"^make (\w+)$", text, re.MULTILINE) == ["check", "test"]
    assert "|| true" not in text
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
