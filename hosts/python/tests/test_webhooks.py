"""Deliveries to handlers: which are called, how often, and what becomes of failures."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Optional

import pytest
from vectors import NOW

from drone_webhooks import Delivery, InboxError, InboxFullError, MemoryInbox, Webhooks, WebhookVerificationError, asgi, sign, wsgi

SECRET = "the secret"
CLOCK = {"clock": lambda: NOW}


def build(number: int, status: str, event: str = "push", target: str = "main", version: int = 1, action: str = "updated", repo: int = 1) -> bytes:
    about = {
        "number": number,
        "status": status,
        "event": event,
        "target": target,
        "version": version,
        "ref": f"refs/{event}/{target}",
        "deploy_to": "production",
    }
    return json.dumps({"event": "build", "action": action, "repo": {"id": repo}, "build": about}).encode()


def receive(webhooks: Webhooks, body: bytes, event: Optional[str] = None) -> str:
    headers = dict(sign(body, SECRET, now=NOW))
    return webhooks.receive({**headers, "X-Drone-Event": event} if event else headers, body)


def told(*names: str, bodies: list[bytes]) -> list[str]:
    """What handlers of these names are called with, in order."""
    webhooks = Webhooks(SECRET, **CLOCK)
    calls: list[str] = []
    for name in names:
        webhooks.on(name)(lambda delivery, name=name: calls.append(f"{name} {delivery.payload['build']['number']}"))
    for body in bodies:
        receive(webhooks, body)
    webhooks.close()
    return calls


def test_handlers_are_called_by_name_in_their_order() -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    calls: list[str] = []

    @webhooks.on_any
    def any_delivery(delivery: Delivery) -> None:
        calls.append(f"any {delivery.event}.{delivery.action}")

    for name in ("build", "build.created", "build.updated", "repo.enabled", "user", "thing.happened"):
        webhooks.on(name)(lambda delivery, name=name: calls.append(name))
    for body in (build(1, "pending", action="created"), b'{"event":"repo","action":"enabled"}', b'{"event":"thing","action":"happened"}'):
        assert receive(webhooks, body) == "accepted"
    webhooks.close()
    assert calls == ["any build.created", "build", "build.created", "any repo.enabled", "repo.enabled", "any thing.happened", "thing.happened"]
    assert any_delivery.__name__ == "any_delivery"


def test_a_delivery_that_came_before_is_a_duplicate() -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    calls: list[str] = []
    webhooks.on_any(lambda delivery: calls.append(delivery.id))
    assert [receive(webhooks, build(1, "running")) for _ in range(3)] == ["accepted", "duplicate", "duplicate"]
    webhooks.close()
    assert len(calls) == 1


@pytest.mark.parametrize("status", ["success", "failure", "error", "killed", "skipped", "declined"])
def test_a_build_is_completed_once_although_drone_repeats_itself(status: str) -> None:
    bodies = [build(7, "running"), build(7, status, version=2), build(7, status, version=3), build(7, "killed", version=4), build(8, status)]
    assert told("build.completed", bodies=bodies) == ["build.completed 7", "build.completed 8"]


def test_a_broken_pipeline_comes_as_created_and_is_completed_and_failed() -> None:
    assert told("build.completed", "build.failed", bodies=[build(1, "error", action="created")]) == ["build.completed 1", "build.failed 1"]


def test_a_success_after_a_failure_of_its_branch_has_fixed_it() -> None:
    bodies = [
        build(1, "failure"),
        build(2, "success", target="other"),
        build(3, "killed"),
        build(4, "success", repo=2),
        build(5, "success"),
        build(6, "success"),
        build(7, "error"),
        build(8, "success"),
    ]
    assert told("build.failed", "build.fixed", bodies=bodies) == ["build.failed 1", "build.fixed 5", "build.failed 7", "build.fixed 8"]
    assert told("build.fixed", bodies=[build(2, "failure"), build(1, "success")]) == [], "an earlier build that ends later"
    for event in ("pull_request", "tag", "promote", "rollback"):
        assert told("build.fixed", bodies=[build(1, "failure", event=event), build(2, "success")]) == [], event
        assert told("build.fixed", bodies=[build(1, "failure", event=event), build(2, "success", event=event)]) == ["build.fixed 2"]


def test_builds_without_a_number_or_with_odd_fields_are_handled_all_the_same() -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    calls: list[str] = []
    webhooks.on("build.completed")(lambda delivery: calls.append(delivery.id))
    for odd in ({"status": "success"}, {"status": "success", "number": "7"}, {"status": ["success"]}, {"status": "success", "number": 1}):
        receive(webhooks, json.dumps({"event": "build", "action": "updated", "repo": "odd", "build": odd}).encode())
    receive(webhooks, b'{"event":"build","action":"updated","build":5}')
    webhooks.close()
    assert len(calls) == 3


def test_a_handler_that_fails_is_told_of_and_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    calls: list[str] = []

    @webhooks.on("build")
    def fails(delivery: Delivery) -> None:
        raise SystemExit("never mind")

    @webhooks.on("build")
    async def fails_later(delivery: Delivery) -> None:
        await asyncio.sleep(0)
        raise KeyError("later")

    @webhooks.on("build")
    async def works(delivery: Delivery) -> None:
        await asyncio.sleep(0)
        calls.append("works")

    receive(webhooks, build(1, "running"))
    errors: list[str] = []
    webhooks.on_error(lambda error, delivery: errors.append(f"{type(error).__name__} {delivery.event}"))
    webhooks.on_error(lambda error, delivery: 1 / 0)
    receive(webhooks, build(2, "running"))
    webhooks.close()
    assert calls == ["works", "works"]
    assert errors[-2:] == ["SystemExit build", "KeyError build"]
    assert "a hook failed" in caplog.text


def test_without_a_hook_failures_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    webhooks.on_any(lambda delivery: 1 / 0)
    receive(webhooks, build(1, "running"))
    webhooks.close()
    assert "ZeroDivisionError" in caplog.text
    assert [record.name for record in caplog.records] == ["drone_webhooks"]


def test_refusals_are_told_of_and_only_mistakes_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    body = build(1, "running")
    webhooks = Webhooks(SECRET, **CLOCK)
    for run in (lambda: webhooks.receive({}, body), lambda: webhooks.receive(sign(body, SECRET, now=NOW), body + b" ")):
        with pytest.raises(WebhookVerificationError):
            run()
    assert not caplog.records
    with pytest.raises(WebhookVerificationError):
        webhooks.receive(sign(body, SECRET, now=NOW), body.decode())  # type: ignore[arg-type]
    assert "body_not_bytes" in caplog.text
    refused: list[str] = []
    webhooks.on_refused(lambda error, headers: refused.append(str(error.code)))
    for headers, given in [
        ({}, body),
        (sign(body, SECRET, now=NOW), b""),
        (sign(b"{}", SECRET, now=NOW), b"{}"),
        ({**sign(body, SECRET, now=NOW), "x-drone-event": "user"}, body),
    ]:
        with pytest.raises(WebhookVerificationError):
            webhooks.receive(headers, given)
    assert refused == ["signature_missing", "digest_mismatch", "payload_malformed", "event_mismatch"]


def test_the_answer_does_not_wait_for_handlers_and_a_full_inbox_is_503() -> None:
    inbox = MemoryInbox(capacity=2)
    webhooks = Webhooks(SECRET, inbox=inbox, **CLOCK)
    go, calls = threading.Event(), []
    webhooks.on_any(lambda delivery: (go.wait(30), calls.append(delivery.id)))
    errors: list[BaseException] = []
    webhooks.on_error(lambda error, delivery: errors.append(error))
    statuses = [answered(webhooks, build(number, "running")) for number in range(4)]
    assert statuses == [202, 202, 503, 503]
    assert [type(error) for error in errors] == [InboxFullError, InboxFullError]
    assert calls == []
    go.set()
    webhooks.close()
    assert len(calls) == 2
    assert answered(webhooks, build(9, "running")) == 503, "closed"
    assert answered(webhooks, build(0, "running")) == 200, "and known all the same"


def test_ids_are_remembered_up_to_a_number() -> None:
    webhooks = Webhooks(SECRET, inbox=MemoryInbox(remembered=2), **CLOCK)
    assert [receive(webhooks, build(number, "running")) for number in (1, 2)] == ["accepted"] * 2
    with pytest.raises(InboxFullError, match="remembered"):
        receive(webhooks, build(3, "running"))
    webhooks.close()


def answered(webhooks: Webhooks, body: bytes, **environ: Any) -> int:
    """The status that the WSGI application answers."""
    import io

    signed = {f"HTTP_{name.upper()}": value for name, value in sign(body, SECRET, now=NOW).items()}
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": "/hook", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), **signed, **environ}
    statuses: list[str] = []
    wsgi.app(webhooks, path="/hook")(given, lambda status, headers: statuses.append(status))
    return int(statuses[0][:3])


class Broken:
    """An inbox whose store is down."""

    def accept(self, delivery: Delivery) -> bool:
        raise OSError("the disk is gone")

    def consume(self, handle: Callable[[Delivery], None]) -> None:
        self.handle = handle

    def close(self, timeout: Optional[float] = None) -> None:
        pass


def test_an_inbox_that_is_down_is_503_and_told_of() -> None:
    webhooks = Webhooks(SECRET, inbox=Broken(), **CLOCK)
    errors: list[BaseException] = []
    webhooks.on_error(lambda error, delivery: errors.append(error))
    assert answered(webhooks, build(1, "running")) == 503
    [error] = errors
    assert isinstance(error, InboxError)
    assert isinstance(error.__cause__, OSError)
    assert asyncio.run(asked(webhooks, build(1, "running"))) == 503


async def asked(webhooks: Webhooks, body: bytes) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def given() -> Any:
        return {"type": "http.request", "body": body}

    headers = [(name.encode(), value.encode()) for name, value in sign(body, SECRET, now=NOW).items()]
    await asgi.app(webhooks)({"type": "http", "method": "POST", "path": "/", "headers": headers}, given, send)
    return int(sent[0]["status"])


def test_a_request_that_wsgi_has_no_length_of_is_not_waited_for() -> None:
    webhooks = Webhooks(SECRET, **CLOCK)
    body = build(1, "running")
    assert answered(webhooks, body, CONTENT_LENGTH="") == 401
    assert answered(webhooks, body, CONTENT_LENGTH="", **{"wsgi.input_terminated": True}) == 202
    assert answered(webhooks, body, CONTENT_LENGTH=str(len(body) + 1)) == 400
    assert answered(webhooks, body, PATH_INFO="/other") == 404
    webhooks.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: wsgi.app(5),
        lambda: asgi.app(None),
        lambda: wsgi.app(Webhooks("x"), path="hook"),
        lambda: Webhooks("x").on(5),
        lambda: Webhooks("x").on_any(None),
        lambda: Webhooks(""),
        lambda: MemoryInbox(capacity=-1),
    ],
)
def test_mistakes_of_the_set_up_are_config_invalid(make: Callable[[], Any]) -> None:
    with pytest.raises(WebhookVerificationError) as raised:
        make()
    assert raised.value.code == "config_invalid"


def test_an_inbox_serves_one_webhooks() -> None:
    inbox = MemoryInbox()
    Webhooks("x", inbox=inbox)
    with pytest.raises(WebhookVerificationError, match="in use"):
        Webhooks("x", inbox=inbox)


ENDING = """
import os, sys, time
sys.path.insert(0, {tests!r})
from drone_webhooks import Webhooks
from test_webhooks import SECRET, CLOCK, build, receive
webhooks = Webhooks(SECRET, **CLOCK)
webhooks.on_any(lambda delivery: (time.sleep(0.2), os.write(1, b"handled\\n")))
{fork}
receive(webhooks, build(1, "running")); receive(webhooks, build(2, "running"))
"""


def run(fork: str) -> list[str]:
    code = ENDING.format(tests=os.path.dirname(__file__), fork=fork)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_what_waits_is_handled_before_the_process_ends() -> None:
    assert run("") == ["handled"] * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_a_thread_and_a_queue_of_its_own() -> None:
    # Each of both handles what it was given, and the child nothing that waits in its parent.
    assert run("receive(webhooks, build(3, 'running')); import warnings; warnings.simplefilter('ignore'); pid = os.fork()") == ["handled"] * 5


def test_logging_is_under_one_name() -> None:
    assert logging.getLogger("drone_webhooks").handlers == []
