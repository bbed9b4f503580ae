"""Receiving in FastAPI."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter

from .asgi import drained
from .starlette import route
from .webhooks import Webhooks


def router(webhooks: Webhooks, path: str) -> APIRouter:
    """A router for `app.include_router(router(webhooks, "/hook"))`. Not a path operation: FastAPI would read the body before anything is verified.

    Raises `config_invalid` for what are no `Webhooks`.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        await drained(webhooks)

    return APIRouter(routes=[route(webhooks, path)], lifespan=lifespan)
