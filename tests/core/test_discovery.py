"""Discovery by path: the id of a thing is the name of its file."""

import sys

import pytest

from include.core.discovery import modules


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """An importable package of these files, and its name."""
    name = f"found_{abs(hash(request.node.name))}"

    def make(*files: str) -> str:
        for file in ["__init__.py", *files]:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"WHERE = {file!r}\n")
        monkeypatch.syspath_prepend(tmp_path)
        return name

    yield make
    for module in [one for one in sys.modules if one.split(".")[0] == name]:
        del sys.modules[module]


def test_modules_are_found_by_their_dotted_path_in_order(package):
    files = ("b.py", "ec2/__init__.py", "ec2/stop.py", "a.py", "ec2/deep/__init__.py", "ec2/deep/x.py")
    found = modules(package(*files))
    assert list(found) == ["a", "b", "ec2.deep.x", "ec2.stop"]
    assert found["ec2.stop"].WHERE == "ec2/stop.py"


def test_helpers_are_left_out(package):
    assert list(modules(package("a.py", "_helper.py", "_inner/__init__.py", "_inner/x.py"))) == ["a"]


def test_a_folder_without_an_init_is_no_package_and_other_files_are_no_modules(package):
    assert list(modules(package("a.py", "notes.txt", "data/x.csv"))) == ["a"]


def test_an_empty_package_has_none(package):
    assert modules(package()) == {}


def test_a_module_that_fails_to_import_is_not_skipped(package, tmp_path):
    name = package("good.py", "bad.py")
    (tmp_path / name / "bad.py").write_text("raise RuntimeError('broken on purpose')\n")
    with pytest.raises(RuntimeError, match="broken on purpose"):
        modules(name)
