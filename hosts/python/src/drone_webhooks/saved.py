"""A saved HTTP/1.1 request, as a proxy or `curl -v` writes it. Knows no signature."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_REQUEST_LINE = re.compile(r"^([A-Z]{3,16}) (\S+)(?: HTTP/[0-9.]+)?$")
# Names are tokens (RFC 7230, section 3.2.6).
_HEADER = re.compile(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$")
_CHUNKED = re.compile(rb"^transfer-encoding:[ \t]*chunked[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNK_SIZE = re.compile(rb"^([0-9a-f]{1,7})[ \t]*(?:;[^\n]*)?\r?$", re.IGNORECASE)


class SavedRequest(NamedTuple):
    """What was read."""

    method: Optional[str]
    url: Optional[str]
    headers: list[tuple[str, str]]
    body: bytes


def parse(saved: bytes) -> SavedRequest:
    """Reads a request: head, empty line, body. Raises a `ValueError` that says what is missing.

    Line ends may be LF; a body in chunks is put together, and the line end that an editor puts behind a body is left out where Content-Length knows.
    """
    head, body = _split(saved.lstrip(b"\r\n"))
    lines = [re.sub(r"^> ?", "", line.rstrip("\r")) for line in _decoded(head).split("\n")]
    method, url = None, None
    line = _REQUEST_LINE.match(lines[0].strip())
    if line is not None:
        method, url = line.groups()
        lines = lines[1:]
    headers = [(found[1], found[2].strip(" \t")) for found in map(_HEADER.match, lines) if found is not None]
    if not headers:
        raise ValueError("no header was found: lines are to be 'Name: value'")
    if body is None:
        raise ValueError("there is no empty line behind the headers, and so no body")
    return SavedRequest(method, url, headers, _unframed(head, body))


def _split(saved: bytes) -> tuple[bytes, Optional[bytes]]:
    # `curl -v` marks the empty line too.
    end = re.search(rb"\n(?:> ?)?\r?\n", saved)
    return (saved, None) if end is None else (saved[: end.start()], saved[end.end() :])


def _decoded(head: bytes) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _unframed(head: bytes, body: bytes) -> bytes:
    if _CHUNKED.search(head):
        whole = _unchunked(body)
        return body if whole is None else whole
    length = _LENGTH.search(head)
    if length is None:
        return body
    expected = int(length[1])
    surplus = body[expected:]
    return body[:expected] if surplus in (b"\n", b"\r\n", b"\r", b"\n\n") else body


def _unchunked(body: bytes) -> Optional[bytes]:
    """`chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF` (RFC 7230, section 4.1); None where it is not that."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\n", at, at + 256)
        size = None if end == -1 else _CHUNK_SIZE.match(body[at:end])
        if size is None:
            return None
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(body[end + 1 : end + 1 + length])
        at = end + 1 + length
        at += 2 if body[at : at + 2] == b"\r\n" else 1
