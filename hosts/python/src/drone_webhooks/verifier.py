"""Both phases of verification, in the order of the contract. Decides nothing: the module does."""

from __future__ import annotations

import functools
import hashlib
import struct
from collections.abc import Sequence
from typing import Optional, Union

from . import module
from .body import Body, bytes_of
from .delivery import Delivery
from .errors import WebhookVerificationError, config_invalid, kind_of, refusal
from .headers import Headers, Lines, Names, repeatable
from .instance import MORE_HEADERS, Instance, Pool
from .options import DEFAULT_TOLERANCE, Clock, Secrets, Settings, Time, check, timestamp
from .record import NO_BODY, Reader, optional_text, utf8

_head = struct.Struct("<qII").pack
_head_without_line = struct.Struct("<qIIIII").pack
_hashed = struct.Struct("<I32sQ").pack
_ANY_HASH = b"\0" * 32
_NONE = 0xFFFF_FFFF
# Above it hashing takes longer than a second call: the headers come first, so that a forgery costs no hash.
_LARGE = 16 * 1024
# A program has one receiver, or a few.
_MOST_KEPT = 16


class Verifier:
    """Verifies requests with the same secrets and options. Threads and forked processes may share it.

    `secret`: the value of `DRONE_WEBHOOK_SECRET`; a list while it is rotated; a mapping from keyId where there are several.
    `tolerance`: how far the signed time and the clock may be apart, in seconds, either way.
    `required_headers`: what must be signed; by default `date` and `digest`. `digest` and one of `date` and `(created)` must be among them.
    `max_body_bytes` (4 MiB), `max_header_bytes` (16 KiB, names and values of the headers that are looked at), `max_headers` (256): the bounds.
    `clock`: the time, asked for once a request; seconds since 1970 or an aware datetime.

    Raises `config_invalid` for a mistake in the options.
    """

    def __init__(
        self,
        secret: Secrets,
        *,
        tolerance: Union[int, float] = DEFAULT_TOLERANCE,
        required_headers: Optional[Sequence[str]] = None,
        max_body_bytes: Optional[int] = None,
        max_header_bytes: Optional[int] = None,
        max_headers: Optional[int] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        self._set_up(check(secret, tolerance, required_headers, max_body_bytes, max_header_bytes, max_headers, clock))

    def _set_up(self, settings: Settings) -> None:
        self._clock = settings.clock
        # Well beyond the bound, whatever it is by default.
        self._cut = 64 * 1024 + (settings.max_header_bytes or 0)
        self._pool = Pool(lambda: _PreparedInstance(settings))
        prepared = self._pool.take()
        self.max_body_bytes: int = prepared.max_body_bytes
        """The largest body, in bytes: stop reading there."""
        self._needed = prepared.needed
        self._names = Names(prepared.needed, self._cut)
        self._pool.give(prepared)

    def verify(self, headers: Headers, body: Body, *, now: Optional[Time] = None, method: Optional[str] = None, url: Optional[str] = None) -> Delivery:
        """A request whose body is in memory. `method` and `url` (the path with its query) are only for signatures over `(request-target)`.

        Raises a `WebhookVerificationError` for every refusal of steps 1 to 10, and `body_not_bytes` for what is no raw body, text included.
        """
        seconds = self._clock() if now is None else timestamp(now, "now")
        headers = repeatable(headers)
        lines = self._names.collect(headers)
        raw = bytes_of(body)
        length = len(raw)
        if length > _LARGE:
            return Authenticated(self, self._ask(1, headers, lines, seconds, method, url, NO_BODY)).finish(raw)
        # Too large for its bound: the module says so before it looks at any hash, and not before the headers are authentic.
        digest = hashlib.sha256(raw).digest() if length <= self.max_body_bytes else _ANY_HASH
        head = self._ask(0, headers, lines, seconds, method, url, _hashed(2, digest, length))
        return Delivery(head, raw, digest)

    def authenticate(self, headers: Headers, *, now: Optional[Time] = None, method: Optional[str] = None, url: Optional[str] = None) -> Authenticated:
        """Steps 1 to 9, from the headers alone: a forgery is refused before its body is read.

        The time counts when the headers come, however long the body takes.

        Raises a `WebhookVerificationError` for every refusal of those steps.
        """
        seconds = self._clock() if now is None else timestamp(now, "now")
        headers = repeatable(headers)
        return Authenticated(self, self._ask(1, headers, self._names.collect(headers), seconds, method, url, NO_BODY))

    def _ask(self, phase: int, headers: Headers, lines: Lines, seconds: int, method: Optional[str], url: Optional[str], body: bytes) -> bytes:
        """Asks the module: `verify` in phase 0, `authenticate` in phase 1. Gives the head that was authentic; raises the refusal."""
        head = head_of(seconds, 0, lines, method, url)
        prepared = self._pool.take()
        call = prepared.calls[phase]
        code, answer = prepared.ask_verifier(call, head + body)
        if code == MORE_HEADERS:
            lines = Names(answer.decode(), self._cut).collect(headers)
            head = head_of(seconds, 1, lines, method, url)
            code, answer = prepared.ask_verifier(call, head + body)
        self._pool.give(prepared)
        if code:
            raise refusal(code, answer)
        return head

    def _finish(self, head: bytes, digest: bytes, length: int) -> None:
        prepared = self._pool.take()
        code, answer = prepared.ask_verifier(prepared.calls[0], head + _hashed(2, digest, length))
        self._pool.give(prepared)
        if code:
            raise refusal(code, answer)


class Authenticated:
    """Headers that are authentic and fresh; the body is still to come. Made by `Verifier.authenticate`."""

    __slots__ = ("_head", "_verifier")

    def __init__(self, verifier: Verifier, head: bytes) -> None:
        self._verifier = verifier
        # Handed over again with the body: an instance is not kept for as long as a sender likes.
        self._head = head

    def finish(self, body: Body) -> Delivery:
        """Step 10: whether this is the body that was signed. May be called again after a refusal.

        Raises `body_not_bytes`, `body_too_large`, `digest_malformed`, `digest_unsupported`, `digest_mismatch`.
        """
        raw = bytes_of(body)
        if len(raw) > self._verifier.max_body_bytes:
            raise self.too_large(len(raw))
        digest = hashlib.sha256(raw).digest()
        self._verifier._finish(self._head, digest, len(raw))
        return Delivery(self._head, raw, digest)

    def too_large(self, length: int) -> WebhookVerificationError:
        """The refusal of a body of which so many bytes, more than the bound, are announced or there: for servers that stop reading."""
        try:
            self._verifier._finish(self._head, _ANY_HASH, length)
        except WebhookVerificationError as error:
            return error
        raise ValueError(f"a body of {length} bytes is not too large")


class _PreparedInstance(Instance):
    """An instance with one verifier in it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(module.VERIFIER)
        code, answer = self.ask(self.call("new_verifier"), settings.configuration)
        if code:
            raise refusal(code, answer)
        reader = Reader(answer)
        self.verifier = reader.number(4)
        self.max_body_bytes = reader.number(8)
        self.needed = reader.text()
        self.calls = (self.call("verify"), self.call("authenticate"))


def verify(
    headers: Headers,
    body: Body,
    secret: Secrets,
    *,
    tolerance: Union[int, float] = DEFAULT_TOLERANCE,
    required_headers: Optional[Sequence[str]] = None,
    max_body_bytes: Optional[int] = None,
    max_header_bytes: Optional[int] = None,
    max_headers: Optional[int] = None,
    now: Optional[Time] = None,
    method: Optional[str] = None,
    url: Optional[str] = None,
) -> Delivery:
    """Verifies one request whose body is in memory. The verifiers of the last 16 sets of options are kept, secrets included.

    Raises a `WebhookVerificationError`: `config_invalid` before the request is looked at, `body_not_bytes` for something in place of the raw body,
    or the refusal. `payload_malformed` and `event_mismatch` come when `event`, `action` or `payload` are read.
    """
    settings = check(secret, tolerance, required_headers, max_body_bytes, max_header_bytes, max_headers, None)
    return _kept(settings).verify(headers, body, now=now, method=method, url=url)


@functools.lru_cache(maxsize=_MOST_KEPT)
def _kept(settings: Settings) -> Verifier:
    verifier = Verifier.__new__(Verifier)
    verifier._set_up(settings)
    return verifier


def head_of(seconds: int, complete: int, lines: Lines, method: Optional[str], url: Optional[str]) -> bytes:
    """The record of a request's head."""
    packed, number, total = lines
    if method is None and url is None:
        return _head_without_line(seconds, complete, total, _NONE, _NONE, number) + packed
    line = optional_text(_line_text(method, "method")) + optional_text(_line_text(url, "url"))
    return _head(seconds, complete, total) + line + struct.pack("<I", number) + packed


def _line_text(value: object, name: str) -> Optional[bytes]:
    if value is None:
        return None
    if not isinstance(value, str):
        raise config_invalid(f"{name} must be text, not {kind_of(value)}")
    return utf8(value)
