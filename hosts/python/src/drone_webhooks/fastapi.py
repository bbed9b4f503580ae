"""Receiving in FastAPI."""

from __future__ import annotations

from fastapi import APIRouter

from .starlette import route
from .webhooks import Webhooks


def router(webhooks: Webhooks, path: str) -> APIRouter:
    """A router for `app.include_router(router(webhooks, "/hook"))`. Not a path operation: FastAPI would read the body before anything is verified.

    Raises `config_invalid` for what are no `Webhooks`.
    """
    return APIRouter(routes=[route(webhooks, path)])
