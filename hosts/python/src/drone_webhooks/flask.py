"""Receiving in Flask."""

from __future__ import annotations

from typing import Callable

from flask import Response, request

from . import wsgi
from .receive import check_webhooks
from .webhooks import Webhooks


def view(webhooks: Webhooks) -> Callable[[], Response]:
    """A view function for `app.add_url_rule("/hook", view_func=view(webhooks), methods=["POST"])`; answers as `wsgi.app` does.

    Raises `config_invalid` for what are no `Webhooks`.
    """
    check_webhooks(webhooks)

    def drone_webhook() -> Response:
        # A hook before may have read the body; Flask has kept it then.
        answer = wsgi.receive(webhooks, None, request.environ, lambda: request.get_data(cache=True))
        return Response(answer.text, answer.status, headers=list(answer.headers))

    return drone_webhook
