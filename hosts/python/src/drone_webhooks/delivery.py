"""A delivery, whose facts and payload are read only when they are asked for. Knows no verifier: it outlives the one that made it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple, Optional, cast

from .instance import ask_plain
from .payload import FINAL_STATUSES, Payload
from .record import NO_BODY, Reader, text

_both = struct.Struct("<I32s").pack


class _Facts(NamedTuple):
    signed_at: datetime
    id: str
    key_id: str
    signed_headers: tuple[str, ...]


class _Content(NamedTuple):
    event: Optional[str]
    action: Optional[str]
    payload: Payload


class Delivery:
    """A request that is authentic and fresh. Made by a verifier."""

    __slots__ = ("_body", "_content", "_digest", "_facts", "_head")

    def __init__(self, head: bytes, body: bytes, digest: bytes) -> None:
        # The head that was authentic, from which everything can be told again.
        self._head = head
        self._body = body
        self._digest = digest
        self._facts: Optional[_Facts] = None
        self._content: Optional[_Content] = None

    @property
    def id(self) -> str:
        """The same for the same request, on every host, and for nothing else: use it to drop what was handled before. 64 hex digits."""
        return self._read_facts().id

    @property
    def signed_at(self) -> datetime:
        """The signed time, in UTC."""
        return self._read_facts().signed_at

    @property
    def key_id(self) -> str:
        """The keyId of the signature, which chose the key and is not itself signed; empty where there was none."""
        return self._read_facts().key_id

    @property
    def signed_headers(self) -> tuple[str, ...]:
        """What was signed: names in lower case, in their order."""
        return self._read_facts().signed_headers

    @property
    def body(self) -> bytes:
        """The body's bytes, as they were signed."""
        return self._body

    @property
    def event(self) -> Optional[str]:
        """`user`, `repo` or `build`, as the signed body says; None for a body that is no webhook. A later Drone may send another name.

        Reading it, `action` or `payload` for the first time reads the body, and raises `payload_malformed` or `event_mismatch` (the header
        `X-Drone-Event`, which is not signed, says otherwise).
        """
        return self._read_content().event

    @property
    def action(self) -> Optional[str]:
        """`created`, `updated`, `deleted`, `enabled` or `disabled`, as the signed body says; None for a body that is no webhook."""
        return self._read_content().action

    @property
    def payload(self) -> Payload:
        """The body, parsed: every field is optional, and what is not known here is there all the same. Times in it are seconds since 1970."""
        return self._read_content().payload

    def __repr__(self) -> str:
        return f"<Delivery {self.id} signed {self.signed_at.isoformat()}, {len(self._body)} bytes>"

    def _read_facts(self) -> _Facts:
        if self._facts is None:
            reader = Reader(ask_plain("facts", self._head + NO_BODY))
            signed_at = datetime.fromtimestamp(reader.number(8), timezone.utc)
            self._facts = _Facts(signed_at, reader.text(), reader.text(), tuple(reader.text().split(" ")))
        return self._facts

    def _read_content(self) -> _Content:
        if self._content is None:
            # The module judges the text; Python's own parser, which takes more, only reads it.
            reader = Reader(ask_plain("payload", self._head + _both(3, self._digest) + text(self._body)))
            event, action = reader.optional_text(), reader.optional_text()
            self._content = _Content(event, action, cast(Payload, json.loads(self._body.decode())))
        return self._content


def is_completed(payload: Mapping[str, Any]) -> bool:
    """Whether a build is at its end: its status is success, failure, error, killed, skipped or declined.

    Drone sends no event for that, and the last status can come more than once for a build.
    """
    build = payload.get("build")
    return isinstance(build, dict) and build.get("status") in FINAL_STATUSES
