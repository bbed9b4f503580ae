"""The sender's side: what Drone writes for a body. For tests, tools and gateways that sign anew."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Optional, TypedDict, Union

from .body import Body, bytes_of
from .errors import config_invalid, kind_of
from .headers import Headers, Names
from .instance import ask_plain
from .options import Secret, Time, names_of, secret_of, timestamp
from .record import NO_TIME, Reader, i64, text, texts, u32, utf8
from .verifier import head_of


class SignedHeaders(TypedDict):
    """The three headers that make a request a signed one."""

    date: str
    digest: str
    signature: str


def sign(
    body: Body,
    secret: Secret,
    *,
    now: Optional[Time] = None,
    key_id: str = "hmac-key",
    algorithm: Optional[str] = "hmac-sha256",
    signed_headers: Sequence[str] = ("date", "digest"),
    created: Union[int, float, datetime, None] = None,
    expires: Union[int, float, datetime, None] = None,
    headers: Optional[Headers] = None,
    method: Optional[str] = None,
    url: Optional[str] = None,
) -> SignedHeaders:
    """Signs a body as a Drone server does.

    `algorithm` is what the signature says, which is always HMAC-SHA256; None leaves it out, and `created` and `expires` want `hs2019`.
    `headers`: where the other headers to sign are found. `method` and `url` are only to sign `(request-target)`.

    Raises `config_invalid` for a mistake in the options or a header that is to be signed and not there, `body_not_bytes`.
    """
    names = names_of(signed_headers, "signed_headers")
    if not names:
        raise config_invalid("signed_headers is empty")
    seconds = int(time.time()) if now is None else timestamp(now, "now")
    wanted = Names(b" ".join(names).decode(errors="replace").lower(), None)
    record = [
        text(secret_of(secret)),
        text(_text(key_id, "key_id")),
        u32(1) if algorithm is None else u32(2) + text(_text(algorithm, "algorithm")),
        texts(names),
        NO_TIME if created is None else i64(timestamp(created, "created")),
        NO_TIME if expires is None else i64(timestamp(expires, "expires")),
        head_of(seconds, 1, wanted.collect(() if headers is None else headers), method, url),
        u32(1),
        text(bytes_of(body)),
    ]
    reader = Reader(ask_plain("sign", b"".join(record)))
    return {"date": reader.text(), "digest": reader.text(), "signature": reader.text()}


def _text(value: object, name: str) -> bytes:
    if not isinstance(value, str):
        raise config_invalid(f"{name} must be text, not {kind_of(value)}")
    return utf8(value)
