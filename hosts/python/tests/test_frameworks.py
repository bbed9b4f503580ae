"""What other parts of an application may have done to a request before it is received."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from vectors import BODY, NOW

from drone_webhooks import Webhooks, sign

SECRET = "the secret"


@pytest.fixture
def webhooks() -> Any:
    webhooks = Webhooks(SECRET, clock=lambda: NOW)
    webhooks.refused = []  # type: ignore[attr-defined]
    webhooks.on_refused(lambda error, headers: webhooks.refused.append(str(error.code)))  # type: ignore[attr-defined]
    yield webhooks
    webhooks.close()


def headers(body: bytes) -> dict[str, str]:
    return {**sign(body, SECRET, now=NOW), "Content-Type": "application/json"}


def test_a_hook_of_flask_may_have_parsed_the_body(webhooks: Webhooks) -> None:
    import flask

    from drone_webhooks.flask import view

    app = flask.Flask("test")
    app.before_request(lambda: flask.request.get_json() and None)
    app.add_url_rule("/hook", view_func=view(webhooks), methods=["POST"])
    assert app.test_client().post("/hook", data=BODY, headers=headers(BODY)).status_code == 202


@pytest.fixture(scope="module")
def django_settings() -> None:
    import django
    from django.conf import settings

    settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="x")
    django.setup()


def django_status(webhooks: Webhooks, body: bytes, touch: Any = None) -> int:
    from django.test import RequestFactory

    from drone_webhooks.django import view

    request = RequestFactory().post("/hook", data=body, content_type="application/json", headers=sign(body, SECRET, now=NOW))
    if touch is not None:
        touch(request)
    return int(view(webhooks)(request).status_code)


@pytest.mark.usefixtures("django_settings")
def test_a_middleware_of_django_may_have_read_the_body(webhooks: Any) -> None:
    assert django_status(webhooks, BODY, lambda request: request.body) == 202
    assert django_status(webhooks, b'{"event":"user","action":"x"}', lambda request: request.read(5)) == 500
    assert webhooks.refused == ["body_not_bytes"]


@pytest.mark.usefixtures("django_settings")
def test_what_django_does_not_hand_over_is_too_large(webhooks: Any) -> None:
    assert django_status(webhooks, b"x" * 3_000_000) == 413
    assert webhooks.refused == ["body_too_large"]


def test_a_receiver_that_is_mounted_listens_at_both_paths(webhooks: Webhooks) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    from drone_webhooks import asgi

    for path in ("/hook", "/ci/hook"):
        app = Starlette(routes=[Mount("/ci", asgi.app(webhooks, path=path))])
        assert asyncio.run(asked(app, "/ci/hook")) in (200, 202)
        assert asyncio.run(asked(app, "/ci/other")) == 404


async def asked(app: Any, path: str) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": BODY}

    pairs = [(name.lower().encode(), value.encode()) for name, value in headers(BODY).items()]
    scope = {"type": "http", "method": "POST", "path": path, "root_path": "", "query_string": b"", "headers": pairs}
    await app(scope, receive, send)
    return int(sent[0]["status"])
