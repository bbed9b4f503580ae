"""What a receiver is set up with, checked whole before any request is looked at. Every mistake is `config_invalid`."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Callable, NamedTuple, Optional, Union

from .errors import config_invalid, kind_of
from .record import DEFAULT_U64, NONE, optional_text, text, texts, u32, u64, utf8

Secret = Union[str, bytes]
"""The value of `DRONE_WEBHOOK_SECRET` as it stands. Text stands for its UTF-8; nothing is trimmed or decoded."""
Secrets = Union[Secret, Sequence[Secret], Mapping[str, Union[Secret, Sequence[Secret]]]]
"""One secret, several while they are rotated, or, for several senders, those of each keyId."""
Time = Union[int, float, datetime]
"""A point in time: seconds since 1970, as `time.time()` gives them, or a datetime that knows its time zone."""
Clock = Callable[[], Time]

EXTENSION_HEADERS = ("accept", "accept-encoding", "content-type", "date", "digest")
"""What Drone signs on its extension calls, in its order: a profile for `required_headers`, and for `signed_headers` of `sign`."""

DEFAULT_TOLERANCE = 300
"""How far the signed time and the clock may be apart, in seconds."""

# No more than a 32-bit memory could hold.
_LARGEST_BOUND = 0x7FFF_FFFF
LONGEST = 253_402_300_799
"""The last second of the year 9999, and as a span more than anybody means."""


class Settings(NamedTuple):
    """How a verifier is set up, checked: but for the secrets as the module takes it."""

    configuration: bytes
    clock: Callable[[], int]
    max_header_bytes: Optional[int]


def check(
    secret: Secrets,
    tolerance: Union[int, float],
    required_headers: Optional[Sequence[str]],
    max_body_bytes: Optional[int],
    max_header_bytes: Optional[int],
    max_headers: Optional[int],
    clock: Optional[Clock],
) -> Settings:
    """Checks the options of a verifier."""
    record = [
        u64(int(seconds_of(tolerance, "tolerance", LONGEST))),
        DEFAULT_U64 if max_body_bytes is None else u64(count_of(max_body_bytes, "max_body_bytes")),
        NONE if max_header_bytes is None else u32(count_of(max_header_bytes, "max_header_bytes")),
        NONE if max_headers is None else u32(count_of(max_headers, "max_headers")),
        texts(None if required_headers is None else names_of(required_headers, "required_headers")),
    ]
    entries = _secrets_of(secret)
    record.append(u32(len(entries)))
    record.extend(optional_text(key_id) + text(value) for key_id, value in entries)
    return Settings(b"".join(record), _clock_of(clock), max_header_bytes)


def timestamp(moment: object, name: str) -> int:
    """Whole seconds since 1970, rounded down; `name` is for the message."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise config_invalid(f"{name} is a datetime without a time zone: use datetime.now(timezone.utc)")
        moment = moment.timestamp()
    return math.floor(seconds_of(moment, name, LONGEST + 0.999))


def seconds_of(value: object, name: str, most: float) -> Union[int, float]:
    """Seconds, checked; fractions are allowed."""
    # A bool is an int in Python, and never meant.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    told = str(value) if isinstance(value, (int, float)) else kind_of(value)
    raise config_invalid(f"{name} must be seconds from 0 up to {int(most)}, not {told}")


def names_of(names: object, name: str) -> list[bytes]:
    """A list of header names."""
    if isinstance(names, (str, bytes)) or not isinstance(names, Sequence):
        raise config_invalid(f"{name} must be a list of header names, not {kind_of(names)}")
    if not all(isinstance(each, str) for each in names):
        raise config_invalid(f"{name} must hold text only")
    return [utf8(each) for each in names]


def secret_of(secret: object, where: str = "secret") -> bytes:
    """The bytes of one secret, checked; `where` is for the message."""
    if secret is None:
        raise config_invalid(f"{where} is missing: give the value of DRONE_WEBHOOK_SECRET, the same as at the server")
    if isinstance(secret, str):
        try:
            secret = secret.encode()
        except UnicodeEncodeError:
            # Not as the cause: that shows the secret.
            raise config_invalid(f"{where} is text with a lone surrogate") from None
    if not isinstance(secret, (bytes, bytearray)):
        raise config_invalid(f"{where} must be text or bytes, not {kind_of(secret)}")
    if not secret:
        raise config_invalid(f"{where} is empty, and with an empty secret anybody can sign: is DRONE_WEBHOOK_SECRET set, here and at the server?")
    return bytes(secret)


def _secrets_of(secret: object) -> list[tuple[Optional[bytes], bytes]]:
    if not isinstance(secret, Mapping):
        return [(None, each) for each in _list_of(secret, "secret")]
    if not secret:
        raise config_invalid("secret is a mapping without any keyId: give {key_id: secret}, or the secret itself")
    entries: list[tuple[Optional[bytes], bytes]] = []
    for key_id, value in secret.items():
        if not isinstance(key_id, str):
            raise config_invalid(f"a keyId in secret must be text, not {kind_of(key_id)}")
        entries.extend((utf8(key_id), each) for each in _list_of(value, f"the secret of keyId {key_id!r}"))
    return entries


def _list_of(secrets: object, where: str) -> list[bytes]:
    if not isinstance(secrets, (list, tuple)):
        return [secret_of(secrets, where)]
    if not secrets:
        raise config_invalid(f"{where} is an empty list: give the value of DRONE_WEBHOOK_SECRET")
    return [secret_of(each, f"{where}[{at}]") for at, each in enumerate(secrets)]


def count_of(value: object, name: str) -> int:
    """A whole number, checked."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_BOUND:
        return value
    raise config_invalid(f"{name} must be a whole number from 0 to {_LARGEST_BOUND}, not {value if isinstance(value, int) else kind_of(value)}")


def _clock_of(clock: object) -> Callable[[], int]:
    if clock is None:
        return _system_clock
    if not callable(clock):
        raise config_invalid(f"clock must be a function that gives seconds or a datetime, not {kind_of(clock)}")
    return lambda: timestamp(clock(), "what clock gives")


def _system_clock() -> int:
    return int(time.time())
