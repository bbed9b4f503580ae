"""The headers a server has, in any form, as lines for the module. Knows their names and their order, and judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional, Union, cast

from .errors import config_invalid, kind_of
from .record import text, u32, utf8

HeaderValue = Union[str, bytes, Sequence[Union[str, bytes]], None]
"""The value of a header; a list or tuple stands for several lines of it, None for none."""
Headers = Union[Mapping[str, Any], Iterable[tuple[Any, Any]]]
"""A mapping, an object with `items()` (the headers of Flask, Django, Starlette, `http.server`), or pairs of name and value (those of ASGI).

Names may be in any case.
"""

# A value that is neither text nor bytes must be refused, not skipped: this one is malformed for the module.
_MALFORMED = b"\n"
_LONG = 64 * 1024
# Only compared with the event of the body, and in no bound: of this one the module wants all.
_EVENT = text(b"x-drone-event")


class Lines(NamedTuple):
    """What was taken from a request: so many lines, packed, of so many that it has."""

    packed: bytes
    lines: int
    total: int


class Names:
    """The names of the headers that are handed over; of longer values than `cut` only the beginning, where the module refuses them in any case."""

    __slots__ = ("_cut", "_packed")

    def __init__(self, names: str, cut: Optional[int]) -> None:
        self._cut = cut
        # As servers write them, so that most are found without being changed; bytes are for ASGI.
        self._packed: dict[Any, bytes] = {}
        for name in names.split():
            packed = text(name.encode())
            for form in (name, name.title(), name.upper()):
                self._packed[form] = self._packed[form.encode()] = packed

    def collect(self, headers: Headers) -> Lines:
        """The lines of these headers that have one of the names; raises `config_invalid` for what is no headers at all."""
        if isinstance(headers, (str, bytes, bytearray)):
            raise config_invalid(f"headers must be a mapping or pairs of name and value, not {kind_of(headers)}")
        find, count, taken = self._packed.get, 0, []
        try:
            pairs = headers.items() if hasattr(headers, "items") else headers
            for name, value in pairs:
                if value.__class__ is str or value.__class__ is bytes:
                    count += 1
                    packed = find(name) or self._find(name)
                    if packed is not None:
                        taken.append(packed)
                        taken.append(self._value(value, packed))
                elif value is not None:
                    packed = self._find(name)
                    for each in value if isinstance(value, (list, tuple)) else (value,):
                        count += 1
                        if packed is not None:
                            taken.append(packed)
                            taken.append(self._value(each, packed))
        except (TypeError, ValueError, AttributeError) as error:
            raise config_invalid(f"headers must be a mapping or pairs of name and value, both text or bytes; these are {kind_of(headers)}") from error
        return Lines(b"".join(taken), len(taken) // 2, count)

    def _find(self, name: Any) -> Optional[bytes]:
        packed = self._packed.get(name.lower())
        # The Kelvin sign is a k in lower case, and no k in a header's name.
        return packed if packed is not None and name.isascii() else None

    def _value(self, value: object, packed: bytes) -> bytes:
        if isinstance(value, str):
            value = utf8(value)
        elif not isinstance(value, bytes):
            value = _MALFORMED
        length = len(value)
        if length > _LONG and packed != _EVENT:
            # As the module trims: else what is cut off could be all that counts.
            value = value.strip(b" \t")[: self._cut]
            length = len(value)
        return u32(length) + value


class _EveryName(Names):
    """Any name at all."""

    def _find(self, name: Any) -> Optional[bytes]:
        return text(utf8(name) if isinstance(name, str) else bytes(name))


_every_name = _EveryName("", None)


def repeatable(headers: Headers) -> Headers:
    """The same headers, to be gone through twice: the module may ask for more of them, and an iterator would have none left."""
    return list(cast("Iterable[tuple[Any, Any]]", headers)) if hasattr(headers, "__next__") else headers


def pack_all(headers: Headers) -> Lines:
    """All lines, for `explain`, which looks at every one."""
    return _every_name.collect(headers)
