"""Records as the portable module reads them: little endian, one field after another. Knows no field."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Optional

u32 = struct.Struct("<I").pack
u64 = struct.Struct("<Q").pack
i64 = struct.Struct("<q").pack

NONE = b"\xff\xff\xff\xff"
"""In the place of a text or a list that is not there."""
DEFAULT_U64 = b"\xff" * 8
NO_BODY = u32(0)
"""In the place of a body, where none is read."""
NO_TIME = i64(-(2**63))


def text(value: bytes) -> bytes:
    """A text."""
    return u32(len(value)) + value


def optional_text(value: Optional[bytes]) -> bytes:
    """A text that may be missing."""
    return NONE if value is None else text(value)


def texts(values: Optional[Iterable[bytes]]) -> bytes:
    """A list; none for the default."""
    if values is None:
        return NONE
    listed = [text(value) for value in values]
    return u32(len(listed)) + b"".join(listed)


def utf8(value: str) -> bytes:
    """The bytes of a text that may hold anything: what has no UTF-8 form becomes bytes that are none, which the module refuses wherever they count."""
    return value.encode("utf-8", "surrogatepass")


class Reader:
    """Reads an answer."""

    __slots__ = ("_at", "_bytes")

    def __init__(self, answer: bytes) -> None:
        self._bytes = answer
        self._at = 0

    def number(self, size: int) -> int:
        """An unsigned number of so many bytes."""
        return int.from_bytes(self._take(size), "little")

    def optional_text(self) -> Optional[str]:
        """A text that may be missing."""
        length = self.number(4)
        return None if length == 0xFFFF_FFFF else self._take(length).decode()

    def text(self) -> str:
        """A text."""
        return self._take(self.number(4)).decode()

    def _take(self, size: int) -> bytes:
        taken = self._bytes[self._at : self._at + size]
        if len(taken) != size:
            raise ValueError("the module's answer breaks off")
        self._at += size
        return taken
