"""`make bench`: figures in one table, and a benchmark that fails fails it."""

import importlib.util
import itertools
import time

import pytest


def load(root, name):
    spec = importlib.util.spec_from_file_location(name, root / "tests" / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(root, tmp_path, monkeypatch):
    module = load(root, "run")
    monkeypatch.setattr(module, "FOLDER", tmp_path / "a" / "b")
    module.FOLDER.mkdir(parents=True)
    return module


def test_every_figure_is_a_row(run, capsys):
    script = "import json; print('noise'); print(json.dumps({'seconds': 1.5, 'peak': {'mib': 300}}))"
    (run.FOLDER / "bench_rules.py").write_text(script)
    assert run.main() == 0
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()[2:]] == [
        ["bench_rules", "seconds", "1.5"],
        ["bench_rules", "peak.mib", "300"],
    ]


def test_a_benchmark_that_fails_is_named_and_fails_the_whole(run, capsys):
    (run.FOLDER / "bench_rules.py").write_text("raise SystemExit(3)")
    assert run.main() == 1
    assert "exit code 3" in capsys.readouterr().out


def test_the_demo_is_timed_by_what_it_says(root, monkeypatch):
    demo = load(root, "bench_demo")
    ticks = itertools.count(100)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    lines = [
        "installing",
        "starting PostgreSQL, ...",
        "up after 20 s",
        "first pending sign-off 40 s",
        "never read",
    ]
    seen = demo.seconds_to_marks(iter(lines), 90.0)
    assert list(seen) == ["installed", "up", "first pending sign-off"]
    assert list(seen.values()) == sorted(seen.values())


@pytest.mark.parametrize(("cold", "own"), [(True, True), (False, False)])
def test_cold_means_empty_package_caches(root, tmp_path, cold, own):
    env = load(root, "bench_demo").environment(tmp_path, cold=cold)
    assert (env.get("UV_CACHE_DIR") == str(tmp_path / "uv")) == own
