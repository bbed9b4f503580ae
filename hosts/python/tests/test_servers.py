"""The examples in real servers, over sockets: what a receiver answers, and when."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import serving
from serving import SECRET, Server

from drone_webhooks import sign


class Kind(NamedTuple):
    command: list[str]
    buffers: bool = False
    """It reads the whole body before it calls the application: then a forgery cannot be answered earlier."""
    chunks: int = 202
    """What a body in chunks is answered: some do not hand it over at all."""
    half: str = "body_not_bytes"
    """What the refusal is of a body that breaks off; empty where the server does not call the application."""
    framework: bool = False
    """It answers for other paths and methods itself."""


GUNICORN = ["-m", "gunicorn", "--bind", "127.0.0.1:0", "--limit-request-fields", "1000", "--threads", "4"]
UVICORN = ["-m", "uvicorn", "--port", "0"]
WAITRESS = ["-m", "waitress", "--listen", "127.0.0.1:0"]

SERVERS = {
    "flask in gunicorn": Kind([*GUNICORN, "flask_app:app"], framework=True),
    "flask in gunicorn, forked off when it was loaded": Kind([*GUNICORN, "--preload", "flask_app:app"], framework=True),
    "flask in its own server": Kind(["-m", "flask", "--app", "flask_app", "run", "--port", "0"], framework=True),
    "flask in waitress": Kind([*WAITRESS, "flask_app:app"], buffers=True, half="", framework=True),
    "fastapi in uvicorn": Kind([*UVICORN, "fastapi_app:app"]),
    "starlette in uvicorn": Kind([*UVICORN, "starlette_app:app"]),
    "django in gunicorn": Kind([*GUNICORN, "django_app:app"], chunks=401),
    "django in uvicorn": Kind([*UVICORN, "django_app:asgi"], buffers=True, half=""),
    "wsgi in gunicorn": Kind([*GUNICORN, "wsgi_app:app"]),
    "wsgi in waitress": Kind([*WAITRESS, "wsgi_app:app"], buffers=True, half=""),
    "wsgi in wsgiref": Kind(["wsgi_app.py"], chunks=401),
    "asgi in uvicorn": Kind([*UVICORN, "asgi_app:app"]),
}
LARGE = 5_000_000
COMPLETED = re.compile("completed octocat/hello success")


@pytest.fixture(scope="module", params=SERVERS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return SERVERS[request.param]


@pytest.fixture(scope="module")
def server(kind: Kind) -> Iterator[Server]:
    server = Server(kind.command)
    yield server
    server.close()


numbers = iter(range(1, 100_000))


def build(**changes: Any) -> bytes:
    """A build that is at its end, another each time."""
    payload = {"event": "build", "action": "updated", "repo": {"id": 1, "slug": "octocat/hello"}, "build": {"number": next(numbers), "status": "success"}}
    return json.dumps({**payload, **changes}).encode()


def signed(body: bytes, secret: str = SECRET, **others: str) -> dict[str, str]:
    return {"X-Drone-Event": "build", "Content-Type": "application/json", **sign(body, secret), **others}


def test_a_delivery_is_accepted_and_handled_and_its_copy_is_known(server: Server) -> None:
    body = build()
    first = server.send(body, headers=signed(body))
    assert (first.status, first.text) == (202, "Accepted\n")
    server.wait_for(COMPLETED)
    again = server.send(body, headers=signed(body))
    # In the next second it would be another delivery, and Drone's own repeats are in the same one.
    assert (again.status, again.text) in ((200, "OK\n"), (202, "Accepted\n"))
    headers = signed(body)
    assert {server.send(body, headers=headers).status, server.send(body, headers=headers).status} <= {200, 202}
    assert server.send(body, headers=headers).status == 200


def test_a_forgery_is_refused_before_its_body_is_sent(server: Server, kind: Kind) -> None:
    body = build()
    refused = server.send(body if kind.buffers else b"", headers=signed(body, "another secret"), length=len(body))
    assert (refused.status, refused.text) == (401, "Unauthorized\n")
    server.wait_for(re.compile("refused signature_mismatch"))


@pytest.mark.parametrize(
    "command",
    [[*GUNICORN, "wsgi_app:app"], [*GUNICORN, "django_app:app"], [*UVICORN, "asgi_app:app"], [*UVICORN, "fastapi_app:app"]],
    ids=lambda command: command[-1],
)
def test_what_waits_is_handled_before_a_server_ends(command: list[str], tmp_path: Path) -> None:
    # The example, with handlers that take their time.
    name = command[-1].split(":")[0]
    slow = (serving.EXAMPLES / f"{name}.py").read_text().replace('print(f"completed', '__import__("time").sleep(0.3); print(f"completed')
    assert "sleep" in slow
    (tmp_path / f"{name}.py").write_text(slow)
    server = Server(command, tmp_path)
    try:
        bodies = [build() for _ in range(4)]
        assert [server.send(body, headers=signed(body)).status for body in bodies] == [202] * 4
    finally:
        server.close()
    assert "".join(server.printed).count("completed octocat/hello success") == 4


def test_every_refusal_is_the_same_answer(server: Server) -> None:
    body = build()
    answers = [
        server.send(body, headers=signed(body, "another secret")),
        server.send(body, headers={"X-Drone-Event": "build"}),
        server.send(body + b" ", headers=signed(body)),
        server.send(b"", headers=signed(body)),
    ]
    assert [answer.status for answer in answers] == [401] * 4
    assert len({(answer.text, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1


def test_other_paths_and_methods_are_none_of_its_business(server: Server, kind: Kind) -> None:
    body = build()
    assert server.send(body, path="/other", headers=signed(body)).status == 404
    asked = server.send(method="GET")
    assert asked.status == 405
    assert "POST" in asked.headers["allow"]


def test_a_body_over_its_bound_is_refused_unread(server: Server, kind: Kind) -> None:
    body = b"x" * LARGE
    refused = server.send(body if kind.buffers else b"", headers=signed(body), length=LARGE)
    assert (refused.status, refused.text) == (413, "Content Too Large\n")


def test_an_authentic_body_that_is_no_webhook_is_told_apart(server: Server) -> None:
    extension, broken, other = b'{"repo":{"id":1}}', b'{"event":', build(event="user")
    assert server.send(extension, headers=signed(extension)).status == 422
    assert server.send(broken, headers=signed(broken)).status == 422
    mismatch = server.send(other, headers=signed(other))
    assert (mismatch.status, mismatch.text) == (422, "Unprocessable Content\n")
    server.wait_for(re.compile("refused event_mismatch"))


def test_too_many_headers_are_refused(server: Server) -> None:
    body = build()
    assert server.send(body, headers=[*signed(body).items(), *[(f"x-{number}", "v") for number in range(300)]]).status == 431


def test_two_signatures_are_refused(server: Server) -> None:
    body = build()
    headers = signed(body)
    assert server.send(body, headers=[*headers.items(), ("Signature", headers["signature"])]).status == 401
    server.wait_for(re.compile("refused signature_duplicated"))


def test_a_body_in_chunks_is_put_together(server: Server, kind: Kind) -> None:
    body = build()
    assert server.send(body, headers=signed(body), chunked=True).status == kind.chunks


def test_a_sender_that_hangs_up_is_told_of(server: Server, kind: Kind) -> None:
    if not kind.half:
        body = build()
        with server.connect() as connection:
            connection.sendall(f"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        assert server.send(body, headers=signed(body)).status == 202, "and the server goes on"
        return
    body = build()
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    with server.connect() as connection:
        connection.sendall(f"POST /hook HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body[:20])
        connection.shutdown(socket.SHUT_WR)
        server.wait_for(re.compile(f"refused {kind.half}"))
