"""Compiled modules on disk, since compiling takes 25 to 50 ms and loading a fifth of one. Knows no WebAssembly.

What is in such a file is machine code that is going to run: who can change it runs code in this process. So it is only ever read from a folder, and
as a file, that belong to the user of this process and that nobody else may enter, write or read; symbolic links are not followed. The checksum in
front is against damage, not against people. Where anything is not as it must be there is no cache, silently: a receiver works without.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from typing import Optional

VARIABLE = "DRONE_WEBHOOKS_CACHE"
"""The environment variable: a folder, or `off`."""

_CHECKSUM = 32
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def folder() -> Optional[str]:
    """Where compiled modules are kept; None where they are not."""
    given = os.environ.get(VARIABLE, "")
    # On Windows neither owner nor mode say who may write; it has not been worth its own way.
    if given.lower() in {"off", "0", "no", "false"} or os.name != "posix":
        return None
    if given:
        return given if os.path.isabs(given) else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "drone-webhooks")
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, ".cache"), "drone-webhooks")


def load(name: str) -> Optional[bytes]:
    """What was stored under this name; None where it is not there, damaged, or may be somebody else's."""
    try:
        with _Folder() as opened:
            content = opened.read(name)
    except OSError:
        return None
    if content is None or hashlib.sha256(content[_CHECKSUM:]).digest() != content[:_CHECKSUM]:
        return None
    return content[_CHECKSUM:]


def store(name: str, content: bytes) -> bool:
    """Keeps it for the next process; says whether that went well."""
    try:
        path = folder()
        if path is None:
            return False
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            os.mkdir(path, mode=0o700)
        except FileExistsError:
            pass
        with _Folder() as opened:
            opened.write(name, hashlib.sha256(content).digest() + content)
    except OSError:
        return False
    return True


class _Folder:
    """The folder, opened once and checked: what is done by its descriptor is done in the folder that was checked, whatever its path leads to now."""

    def __enter__(self) -> _Folder:
        path = folder()
        if path is None:
            raise FileNotFoundError
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        if not _is_ours(os.fstat(self._descriptor)):
            os.close(self._descriptor)
            raise PermissionError
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def read(self, name: str) -> Optional[bytes]:
        # Not to be stopped by a pipe that somebody put there.
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._descriptor)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            return file.read() if stat.S_ISREG(status.st_mode) and _is_ours(status) else None

    def write(self, name: str, content: bytes) -> None:
        # Under another name first, so that nobody reads half of it. Two processes do not meet: the name is of this one alone.
        temporary = f".{name}.{os.getpid()}.{os.urandom(8).hex()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self._descriptor)
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
            os.replace(temporary, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
        except OSError:
            os.unlink(temporary, dir_fd=self._descriptor)
            raise


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & _PRIVATE
