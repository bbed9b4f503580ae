"""Every vector, in each way that a host has: the exact code, and what the delivery says."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from vectors import CAUSES, SIGNED, VERDICTS, bytes_of, options_of, pairs, secret_of

from drone_webhooks import Delivery, Verifier, WebhookVerificationError, explain, sign, verify

Headers = list[tuple[str, str]]


def one_call(secret: Any, options: dict[str, Any], request: dict[str, Any], headers: Any, body: bytes) -> Delivery:
    return verify(headers, body, secret, **options, **request)


def prepared(secret: Any, options: dict[str, Any], request: dict[str, Any], headers: Any, body: bytes) -> Delivery:
    return Verifier(secret, **options).verify(headers, body, **request)


def two_phases(secret: Any, options: dict[str, Any], request: dict[str, Any], headers: Any, body: bytes) -> Delivery:
    return Verifier(secret, **options).authenticate(headers, **request).finish(body)


def as_bytes(headers: Headers) -> Any:
    return [(name.lower().encode(), value.encode()) for name, value in headers]


def as_mapping(headers: Headers) -> Any:
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name.lower(), []).append(value)
    return lines


WAYS: list[tuple[str, Callable[..., Delivery], Callable[[Headers], Any]]] = [
    ("verify, pairs", one_call, list),
    ("a verifier, pairs of bytes", prepared, as_bytes),
    ("a verifier, a mapping of lists", prepared, as_mapping),
    ("two phases, pairs", two_phases, list),
]


def told(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "action": delivery.action,
        "keyId": delivery.key_id,
        "signedAt": delivery.signed_at.timestamp(),
        "signedHeaders": list(delivery.signed_headers),
    }


@pytest.mark.parametrize(("way", "run", "form"), WAYS, ids=[way for way, _, _ in WAYS])
def test_every_verdict_is_the_one_of_the_vectors(way: str, run: Callable[..., Delivery], form: Callable[[Headers], Any]) -> None:
    wrong = []
    for each in VERDICTS:
        request = {name: each[name] for name in ("method", "url") if name in each}
        try:
            delivery = run(
                secret_of(each["config"]),
                options_of(each["config"]),
                {"now": each["now"], **request},
                form(pairs(each["headers"])),
                bytes_of(each["body"]),
            )
            facts = told(delivery)
        except WebhookVerificationError as error:
            assert str(error), each["name"]
            if error.code != each["code"]:
                wrong.append((each["name"], each["code"], error))
            continue
        if each["code"] is not None:
            wrong.append((each["name"], each["code"], None))
        wrong.extend((each["name"], name, facts[name]) for name, value in each.get("expect", {}).items() if facts[name] != value)
    assert not wrong
    assert len(VERDICTS) >= 1162


def test_what_real_servers_signed_is_signed_again() -> None:
    for each in SIGNED:
        [secret] = secret_of({"secrets": [each["secret"]]})
        signed = sign(bytes_of(each["body"]), secret, now=each["now"])
        assert signed == {name: each[name] for name in ("date", "digest", "signature")}, each["name"]
    assert len(SIGNED) >= 59


def test_every_cause_is_named() -> None:
    for each in CAUSES:
        request = {name: each[name] for name in ("method", "url") if name in each}
        found = explain(
            pairs(each["headers"]),
            bytes_of(each["body"]),
            secret_of(each["config"]),
            now=each["now"],
            **options_of(each["config"]),
            **request,
        )
        assert found["code"] == each["code"], each["name"]
        assert [cause["code"] for cause in found["causes"]] == each["causes"], each["name"]
        if "sender" in each:
            assert found["causes"][0]["sender"] == each["sender"], each["name"]
    assert len(CAUSES) >= 247
