"""Receiving in ASGI 3: an application, by itself or within Starlette, FastAPI, Quart, Litestar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, MutableMapping
from typing import Any, Callable, Optional

from .inbox import SECONDS_AT_EXIT
from .receive import Answer, Pending, Request, begin, check_webhooks, path_of
from .webhooks import Webhooks

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def app(webhooks: Webhooks, *, path: Optional[str] = None) -> App:
    """An ASGI application that receives webhooks at `path`, or at every path. It answers as `wsgi.app` does; of a refused request the body is not read.

    Raises `config_invalid` for what are no `Webhooks`, and for a path that is none.
    """
    return App(webhooks, path)


class App:
    """The application. An object and not a function, so that routers take it for an application."""

    def __init__(self, webhooks: Webhooks, path: Optional[str]) -> None:
        check_webhooks(webhooks)
        self._webhooks = webhooks
        self._path = path_of(path)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answers one request, or takes part in the server's start and end."""
        if scope["type"] == "http":
            await _send(scope, send, await self._receive(scope, receive))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})

    async def _receive(self, scope: MutableMapping[str, Any], receive: Receive) -> Answer:
        pending = begin(self._webhooks, self._path, _request_of(scope))
        if not isinstance(pending, Pending):
            return pending
        try:
            body = await _read(receive, pending.limit)
        # Middlewares around it have exceptions of their own for a sender that is gone.
        except Exception as error:
            return pending.broken_off(error)
        if body is None:
            return pending.broken_off()
        # An inbox that stores may wait for a disk or a network, and nobody else would be served meanwhile.
        return await asyncio.to_thread(pending.finish, body) if self._webhooks.may_block else pending.finish(body)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await drained(self._webhooks)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def drained(webhooks: Webhooks) -> None:
    """What waits is handled before the server ends: uvicorn ends by a signal, and then nothing of Python's runs any more."""
    await asyncio.to_thread(webhooks.drain, SECONDS_AT_EXIT)


def _request_of(scope: MutableMapping[str, Any]) -> Request:
    headers: list[tuple[bytes, bytes]] = list(scope["headers"])
    path, root = scope["path"], scope.get("root_path", "")
    raw = scope.get("raw_path") or path.encode("utf-8", "surrogatepass")
    query = scope.get("query_string", b"")
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    return Request(
        method=scope["method"],
        paths=(path, path[len(root) :] if root and path.startswith(root) else path),
        url=(raw + (b"?" + query if query else b"")).decode("latin-1"),
        headers=headers,
        content_length=lengths[0].decode("latin-1") if lengths else None,
    )


async def _read(receive: Receive, limit: int) -> Optional[bytes]:
    """The body, or as much of it as shows that it is too large; None where the sender is gone."""
    chunks, length = [], 0
    while length <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        chunks.append(chunk)
        length += len(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


async def _send(scope: MutableMapping[str, Any], send: Send, answer: Answer) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
    # HTTP/2 has streams to close, and no header for it.
    if not answer.read and scope.get("http_version", "1.1").startswith("1"):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.text.encode()})
