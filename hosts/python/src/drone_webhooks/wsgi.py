"""Receiving in WSGI (PEP 3333): an application, and what the frameworks on WSGI share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Callable, Optional
from urllib.parse import quote

from .receive import Answer, Pending, Request, begin, check_webhooks, declared_length, path_of
from .webhooks import Webhooks

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

_CHUNK = 64 * 1024


def app(webhooks: Webhooks, *, path: Optional[str] = None) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """A WSGI application that receives webhooks at `path`, or at every path.

    It answers 202 for a delivery, 200 for one that was accepted before, and otherwise 404, 405, 401, 413, 422, 431, 500 or 503: only the status and
    its name. A forgery is answered before its body is read.

    Raises `config_invalid` for what are no `Webhooks`, and for a path that is none. What it returns never raises.
    """
    check_webhooks(webhooks)
    at = path_of(path)

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = receive(webhooks, at, environ)
        start_response(answer.line, list(answer.headers))
        return [answer.text.encode()]

    return application


def receive(webhooks: Webhooks, path: Optional[str], environ: Environ, read: Optional[Callable[[], bytes]] = None) -> Answer:
    """What to answer. `read` gives the body where a framework may have read it already; one of unknown length is read from the server all the same."""
    request = _request_of(environ)
    pending = begin(webhooks, path, request)
    if not isinstance(pending, Pending):
        return pending
    declared = declared_length(request.content_length)
    try:
        body = read() if read is not None and declared is not None else _read(environ, declared, pending.limit)
    # Each server has exceptions of its own for a sender that is gone.
    except Exception as error:
        return pending.broken_off(error)
    return pending.broken_off() if declared is not None and len(body) < declared else pending.finish(body)


def _request_of(environ: Environ) -> Request:
    script, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    url = quote(script + path, safe="/:@!$&'()*+,;=~-._%", encoding="latin-1") + (f"?{query}" if query else "")
    return Request(
        method=environ.get("REQUEST_METHOD", ""),
        paths=(script + path or "/", path or "/"),
        # As it was sent, where the server says so; a path that was decoded cannot be told from one that was not.
        url=environ.get("RAW_URI") or environ.get("REQUEST_URI") or url,
        headers=list(_headers_of(environ)),
        content_length=environ.get("CONTENT_LENGTH"),
    )


def _headers_of(environ: Environ) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            yield key[5:].replace("_", "-"), value
        elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            yield key.replace("_", "-"), value


def _read(environ: Environ, declared: Optional[int], limit: int) -> bytes:
    """The body, or as much of it as shows that it is too large."""
    # Without either nobody knows where the body ends, and reading on could wait for ever.
    if declared is None and not environ.get("wsgi.input_terminated"):
        return b""
    most = limit + 1 if declared is None else declared
    stream, chunks, length = environ["wsgi.input"], [], 0
    while length < most:
        chunk = stream.read(min(most - length, _CHUNK))
        if not chunk:
            break
        chunks.append(chunk)
        length += len(chunk)
    return b"".join(chunks)
