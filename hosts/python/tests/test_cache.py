"""Compiled modules on disk: used where nobody else could have written them, and otherwise left alone, silently."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from vectors import BODY, HEADERS, NOW, SECRET

from drone_webhooks import Verifier, cache, module

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no cache on Windows")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "home" / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(found))
    return found


def start() -> str:
    module.forget()
    return Verifier(SECRET).verify(HEADERS, BODY, now=NOW).id


def compiled(folder: Path) -> Path:
    start()
    [file] = folder.iterdir()
    return file


def is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a verifier is made without compiling."""
    with monkeypatch.context() as patched:

        def refuse(*_: object) -> None:
            raise AssertionError("compiled")

        patched.setattr(module.wasmtime.Module, "__init__", refuse)
        try:
            start()
        except AssertionError:
            return False
    return True


def test_the_second_process_compiles_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert is_used(folder, monkeypatch)
    assert [each.name for each in folder.iterdir()] == [file.name], "no temporary file is left"


def test_a_damaged_file_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled(folder)
    whole = file.read_bytes()
    for damaged in (b"", whole[:100], whole[:-1], whole[:50_000] + b"\xff" + whole[50_001:]):
        file.write_bytes(damaged)
        assert not is_used(folder, monkeypatch)
        start()
        assert is_used(folder, monkeypatch)


def test_what_another_wasmtime_has_made_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled(folder)
    cache.store(file.name, b"\x7fELF of another version")
    assert not is_used(folder, monkeypatch)
    start()
    assert is_used(folder, monkeypatch)


@pytest.mark.parametrize("mode", [0o660, 0o606, 0o640, 0o604])
def test_a_file_that_others_may_read_or_write_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    compiled(folder).chmod(mode)
    assert not is_used(folder, monkeypatch)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o750, 0o701])
def test_a_folder_that_others_may_enter_is_not_used_nor_written(folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    file = compiled(folder)
    folder.chmod(mode)
    assert not is_used(folder, monkeypatch)
    file.unlink()
    start()
    assert list(folder.iterdir()) == []


def test_links_are_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = compiled(folder)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert not is_used(folder, monkeypatch)
    real = tmp_path / "real"
    folder.rename(real)
    folder.symlink_to(real)
    assert not is_used(folder, monkeypatch)


def test_what_belongs_to_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(folder)
    # Only root can give files away; to be another user is the same.
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not is_used(folder, monkeypatch)


def test_a_file_of_another_user_in_a_folder_of_ours_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(folder)
    users = iter([os.getuid(), os.getuid() + 1])
    monkeypatch.setattr(os, "geteuid", lambda: next(users, os.getuid()))
    assert not is_used(folder, monkeypatch)


def test_a_pipe_in_its_place_stops_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled(folder)
    file.unlink()
    os.mkfifo(file, 0o600)
    assert not is_used(folder, monkeypatch)


@pytest.mark.parametrize("place", ["off", "OFF", "0", "relative/folder", "/dev/null/nowhere", "/proc/nowhere"])
def test_without_a_place_to_write_it_works_all_the_same(place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(cache.VARIABLE, place)
    monkeypatch.chdir(tmp_path)
    assert start()
    assert list(tmp_path.iterdir()) == []


def test_it_is_in_the_cache_folder_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(cache.VARIABLE, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache.folder() == str(tmp_path / ".cache" / "drone-webhooks")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache.folder() == str(tmp_path / "x" / "drone-webhooks")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.folder() == str(tmp_path / ".cache" / "drone-webhooks")


def test_many_processes_at_once_leave_one_good_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import drone_webhooks; drone_webhooks.Verifier('x')"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(6)]
    assert [process.wait() for process in processes] == [0] * 6
    assert len(list(folder.iterdir())) == 1
    assert is_used(folder, monkeypatch)
