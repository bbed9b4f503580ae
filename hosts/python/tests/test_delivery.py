"""What a delivery says: every field that was recorded, in its type."""

from __future__ import annotations

import json
import typing
from datetime import datetime, timezone
from typing import Any

import pytest
from vectors import BODY, HEADERS, NOW, SECRET, SIGNED, bytes_of

from drone_webhooks import Verifier, WebhookVerificationError, is_completed, payload, sign, verify

TYPES = (
    {name: typing.get_type_hints(kind) for name, kind in vars(payload).items() if isinstance(kind, type) and typing.is_typeddict(kind)}
    if hasattr(typing, "is_typeddict")
    else {}
)


def unknown(value: Any, kind: Any, where: str) -> list[str]:
    """What of a value its type does not say."""
    if kind in (int, str, bool):
        return [] if type(value) is kind else [f"{where}: {value!r} is no {kind.__name__}"]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return [problem for each in value for problem in unknown(each, arguments[0], f"{where}[]")]
    if origin is dict:
        return [problem for each in value.values() for problem in unknown(each, arguments[1], f"{where}.*")]
    hints = typing.get_type_hints(kind)
    return [
        problem for name, each in value.items() for problem in ([f"{where}.{name}"] if name not in hints else unknown(each, hints[name], f"{where}.{name}"))
    ]


def test_every_field_of_every_recorded_payload_is_in_the_types_and_survives() -> None:
    verifier = Verifier("the secret")
    for each in SIGNED:
        body = bytes_of(each["body"])
        delivery = verifier.verify(sign(body, "the secret", now=NOW), body, now=NOW)
        assert delivery.payload == json.loads(body)
        if delivery.action is not None:
            assert unknown(delivery.payload, payload.Payload, each["name"]) == []


def test_what_is_not_known_and_what_has_another_type_survives() -> None:
    body = json.dumps(
        {"event": "build", "action": "exploded", "build": {"number": "seven", "status": ["success"], "x": 1}, "user": 5, "new": {"a": None}}
    ).encode()
    delivery = verify(sign(body, "x", now=NOW), body, "x", now=NOW)
    assert (delivery.event, delivery.action) == ("build", "exploded")
    assert delivery.payload == json.loads(body)
    assert not is_completed(delivery.payload)
    assert not is_completed({"build": "success"})


def test_numbers_that_python_would_not_read_are_refused_before_python_reads_them() -> None:
    for text, good in [("9" * 308, True), ("9" * 5000, False), ("0." + "1" * 5000, True), ("1e400", False)]:
        body = b'{"event":"user","action":"created","x":' + text.encode() + b"}"
        delivery = verify(sign(body, "x", now=NOW), body, "x", now=NOW)
        if good:
            assert delivery.event == "user"
            continue
        with pytest.raises(WebhookVerificationError) as raised:
            _ = delivery.payload
        assert raised.value.code == "payload_malformed"


def test_facts_are_typed_and_read_once() -> None:
    delivery = Verifier(SECRET).verify(HEADERS, BODY, now=NOW)
    assert delivery.signed_at == datetime.fromtimestamp(NOW, timezone.utc)
    assert delivery.signed_at.tzinfo is timezone.utc
    assert delivery.key_id == "hmac-key"
    assert delivery.signed_headers == ("date", "digest")
    assert delivery.payload is delivery.payload
    assert delivery.id in repr(delivery)
    with pytest.raises(AttributeError):
        delivery.body = b"other"  # type: ignore[misc]


def test_the_event_of_the_header_is_compared_and_never_believed() -> None:
    pairs = [(name, value) for name, value in HEADERS if name != "X-Drone-Event"]
    assert verify(pairs, BODY, SECRET, now=NOW).event == "user"
    delivery = verify([*pairs, ("X-Drone-Event", "build")], BODY, SECRET, now=NOW)
    with pytest.raises(WebhookVerificationError) as raised:
        _ = delivery.event
    assert raised.value.code == "event_mismatch"
    assert delivery.id


def test_the_event_of_the_header_is_compared_to_its_end_however_long_it_is() -> None:
    event = "e" * 100_000
    body = b'{"event":"%s","action":"created"}' % event.encode()
    signed = sign(body, "secret")
    assert verify({**signed, "X-Drone-Event": event}, body, "secret").event == event
    with pytest.raises(WebhookVerificationError) as raised:
        _ = verify({**signed, "X-Drone-Event": f"{event}x"}, body, "secret").event
    assert raised.value.code == "event_mismatch"
