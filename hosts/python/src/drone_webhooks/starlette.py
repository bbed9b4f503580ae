"""Receiving in Starlette."""

from __future__ import annotations

from starlette.routing import Route

from .asgi import App
from .webhooks import Webhooks


def route(webhooks: Webhooks, path: str) -> Route:
    """A route for `Starlette(routes=[route(webhooks, "/hook")])`. It answers every method itself, 405 included.

    A route does not hear of the server's end: call `drain` in the application's lifespan, so that what waits is handled before.

    Raises `config_invalid` for what are no `Webhooks`.
    """
    return Route(path, App(webhooks, None), include_in_schema=False)
