"""What a verifier is set up with and handed: mistakes are told before a request is looked at."""

from __future__ import annotations

import http.client
import io
import math
import pickle
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from vectors import BODY, HEADERS, NOW, SECRET

from drone_webhooks import EXTENSION_HEADERS, Code, Verifier, WebhookVerificationError, sign, verify

GOOD = verify(HEADERS, BODY, SECRET, now=NOW).id


def code_of(*arguments: Any, **options: Any) -> str:
    with pytest.raises(WebhookVerificationError) as raised:
        verify(*arguments, **options)
    return str(raised.value.code)


@pytest.mark.parametrize(
    "options",
    [
        *(
            {"secret": secret}
            for secret in (None, "", b"", [], [""], ["good", ""], {}, {"k": []}, {"k": ""}, {"k": None}, {1: "x"}, 5, object(), "\ud800", [b"x", None])
        ),
        *({"tolerance": value} for value in (-1, math.nan, math.inf, "300", None, True, 10**400)),
        *(
            {"now": value}
            for value in (-1, math.nan, math.inf, 253_402_300_800, 1e300, "now", datetime(2026, 1, 1), datetime(1960, 1, 1, tzinfo=timezone.utc), True)
        ),
        *({"max_body_bytes": value} for value in (-1, 1.5, math.nan, 2**31, "1", True)),
        *({"max_header_bytes": value} for value in (-1, 2**40)),
        *({"max_headers": value} for value in (-1, 0.5)),
        *(
            {"required_headers": value}
            for value in ([], ["date"], ["digest"], "date digest", [1, 2], ["date", "digest", ""], ["date", "digest", "digest"], ["date digest"], 5)
        ),
        {"method": 5, "required_headers": ["date", "digest", "(request-target)"]},
        {"url": b"/hook", "required_headers": ["date", "digest", "(request-target)"]},
    ],
    ids=repr,
)
def test_a_mistake_in_the_options_is_config_invalid_whatever_the_request_is(options: dict[str, Any]) -> None:
    assert code_of(**{"headers": HEADERS, "body": BODY, "secret": SECRET, "now": NOW, **options}) == "config_invalid"
    assert code_of(**{"headers": [], "body": b"", "secret": SECRET, "now": NOW, **options}) == "config_invalid"


def test_no_message_shows_a_secret() -> None:
    for secret in (["a very secret secret", ""], {"key": ["a very secret secret", None]}, "a very secret secret\ud800", ["a very secret secret", 5]):
        with pytest.raises(WebhookVerificationError) as raised:
            verify(HEADERS, BODY, secret, now=NOW)  # type: ignore[arg-type]
        assert "a very secret secret" not in str(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert "d8fa5c31" not in repr(Verifier("d8fa5c314f7b1f5cac27d34e157e3459"))


@pytest.mark.parametrize(
    "moment", [NOW, NOW + 0.75, datetime.fromtimestamp(NOW, timezone.utc), datetime.fromtimestamp(NOW, timezone(timedelta(hours=5)))], ids=repr
)
def test_a_time_is_seconds_or_a_datetime_that_knows_its_zone(moment: Any) -> None:
    assert verify(HEADERS, BODY, SECRET, now=moment).id == GOOD
    assert Verifier(SECRET, clock=lambda: moment).verify(HEADERS, BODY).id == GOOD
    assert Verifier(SECRET, clock=lambda: moment).authenticate(HEADERS).finish(BODY).id == GOOD


def test_a_clock_that_gives_no_time_is_a_mistake_at_the_request() -> None:
    verifier = Verifier(SECRET, clock=lambda: "noon")  # type: ignore[arg-type,return-value]
    with pytest.raises(WebhookVerificationError, match="what clock gives"):
        verifier.verify(HEADERS, BODY)
    with pytest.raises(WebhookVerificationError, match="clock must be a function"):
        Verifier(SECRET, clock=5)  # type: ignore[arg-type]


def test_the_tolerance_counts_both_ways_to_the_second() -> None:
    signed = sign(BODY, SECRET[0], now=NOW)
    for tolerance, off, code in [
        (60, 60, None),
        (60, 61, "date_too_old"),
        (60, -60, None),
        (60, -61, "date_in_future"),
        (0, 0, None),
        (0, 1, "date_too_old"),
        (2 * 10**9, 10**9, None),
    ]:
        if code is None:
            assert verify(signed, BODY, SECRET, tolerance=tolerance, now=NOW + off)
        else:
            assert code_of(signed, BODY, SECRET, tolerance=tolerance, now=NOW + off) == code


def test_by_default_it_is_now() -> None:
    assert verify(sign(BODY, "x"), BODY, "x").event == "user"
    assert code_of(HEADERS, BODY, SECRET) in ("date_too_old", "date_in_future")


def test_secrets_are_text_bytes_lists_or_by_key_id() -> None:
    signed = sign(BODY, "päss", now=NOW, key_id="b")
    good = ["päss", "päss".encode(), bytearray("päss".encode()), ["other", "päss"], ("päss",), {"b": "päss"}, {"a": "x", "b": ["y", "päss".encode()]}]
    assert len({verify(signed, BODY, secret, now=NOW).id for secret in good}) == 1
    assert code_of(signed, BODY, {"a": "päss"}, now=NOW) == "key_unknown"
    assert code_of(signed, BODY, ["x", "y"], now=NOW) == "signature_mismatch"
    assert code_of(signed, BODY, "päss ", now=NOW) == "signature_mismatch"


class Multi(Mapping[str, Any]):
    """A mapping whose items are more than its keys, as those of frameworks are."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __getitem__(self, name: str) -> str:
        return next(value for key, value in self.pairs if key == name)

    def __iter__(self) -> Any:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(dict(self.pairs))

    def items(self) -> Any:
        return list(self.pairs)


def forms(pairs: list[tuple[str, str]]) -> list[Any]:
    message = http.client.parse_headers(io.BytesIO("".join(f"{name}: {value}\r\n" for name, value in pairs).encode() + b"\r\n"))
    return [
        pairs,
        tuple(pairs),
        iter(pairs),
        dict(pairs),
        Multi(pairs),
        message,
        {name.upper(): [value] for name, value in pairs},
        {name.swapcase(): value.encode() for name, value in pairs},
        [(name.lower().encode(), value.encode()) for name, value in pairs],
        [[name, value] for name, value in pairs],
        {**dict(pairs), "x-absent": None, "digest-2": 5},
    ]


@pytest.mark.parametrize("at", range(len(forms([]))))
def test_headers_come_in_many_forms(at: int) -> None:
    assert verify(forms(HEADERS)[at], BODY, SECRET, now=NOW).id == GOOD


@pytest.mark.parametrize("phase", ["verify", "authenticate"])
def test_headers_from_an_iterator_are_all_there_when_the_signature_names_more_of_them(phase: str) -> None:
    signed = sign(BODY, "secret", signed_headers=("date", "digest", "x-note"), headers={"X-Note": "a"})
    verifier = Verifier("secret")
    pairs = iter([*signed.items(), ("X-Note", "a")])
    delivery = verifier.verify(pairs, BODY) if phase == "verify" else verifier.authenticate(pairs).finish(BODY)
    assert delivery.signed_headers == ("date", "digest", "x-note")


def test_every_line_of_a_header_counts() -> None:
    signature = dict(HEADERS)["Signature"]
    twice = [*HEADERS, ("signature", signature)]
    assert code_of(twice, BODY, SECRET, now=NOW) == "signature_duplicated"
    assert code_of(Multi(twice), BODY, SECRET, now=NOW) == "signature_duplicated"
    assert code_of({**dict(HEADERS), "Signature": [signature, signature]}, BODY, SECRET, now=NOW) == "signature_duplicated"
    assert code_of([*HEADERS, *[("X", "y")] * 256], BODY, SECRET, now=NOW) == "headers_too_large"
    assert code_of({**dict(HEADERS), "X": ["y"] * 256}, BODY, SECRET, now=NOW) == "headers_too_large"


@pytest.mark.parametrize("value", [5, b"\xff", "é", "a\rb", "\ud800", object(), {"a": 1}], ids=repr)
def test_a_value_that_is_no_text_of_a_header_is_refused_and_not_skipped(value: Any) -> None:
    assert code_of({**dict(HEADERS), "Date": value}, BODY, SECRET, now=NOW) == "header_malformed"
    assert verify({**dict(HEADERS), "X-Other": value}, BODY, SECRET, now=NOW).id == GOOD


def test_a_name_with_the_kelvin_sign_is_not_the_one_with_a_k() -> None:
    signed = sign(BODY, "x", now=NOW, signed_headers=["date", "digest", "x-key"], headers={"X-Key": "1"})
    assert verify({**signed, "X-Key": "1"}, BODY, "x", now=NOW)
    assert code_of({**signed, "X-\u212aey": "1"}, BODY, "x", now=NOW) == "header_missing"


@pytest.mark.parametrize("headers", [None, 5, "Date: x", b"x", [1, 2], [("a",)], [("a", "b", "c")], {1: "x"}, object(), [(None, "x")]], ids=repr)
def test_what_is_no_headers_is_config_invalid(headers: Any) -> None:
    assert code_of(headers, BODY, SECRET, now=NOW) == "config_invalid"


@pytest.mark.parametrize(
    "body",
    [BODY, bytearray(BODY), memoryview(BODY), memoryview(bytearray(BODY)), memoryview(b"".join(bytes([byte, 0]) for byte in BODY))[::2]],
    ids=lambda body: type(body).__name__,
)
def test_a_body_is_anything_of_bytes(body: Any) -> None:
    delivery = verify(HEADERS, body, SECRET, now=NOW)
    assert (type(delivery.body), delivery.body, delivery.id) == (bytes, BODY, GOOD)


def test_a_body_that_is_changed_after_it_was_verified_changes_nothing() -> None:
    body = bytearray(BODY)
    delivery = verify(HEADERS, body, SECRET, now=NOW)
    body[:] = b"x" * len(body)
    assert delivery.body == BODY
    assert delivery.event == "user"


@pytest.mark.parametrize(
    ("body", "says"),
    [(BODY.decode(), "decoded"), ({"event": "user"}, "parsed"), (None, "raw bytes"), (5, "raw bytes"), (io.BytesIO(BODY), "read first"), ([1], "parsed")],
    ids=lambda each: type(each).__name__,
)
def test_what_is_no_bytes_says_how_to_get_them(body: Any, says: str) -> None:
    with pytest.raises(WebhookVerificationError) as raised:
        verify(HEADERS, body, SECRET, now=NOW)
    assert raised.value.code is Code.BODY_NOT_BYTES
    assert raised.value.status == 500
    for advice in (says, "request.get_data()", "request.body", "await request.body()"):
        assert advice in str(raised.value)
    with pytest.raises(WebhookVerificationError, match="raw bytes"):
        Verifier(SECRET).authenticate(HEADERS, now=NOW).finish(body)


def test_a_released_memoryview_is_no_body() -> None:
    view = memoryview(BODY)
    view.release()
    assert code_of(HEADERS, view, SECRET, now=NOW) == "body_not_bytes"


def test_the_request_line_counts_only_where_it_is_signed() -> None:
    names = ["(request-target)", "date", "digest"]
    signed = sign(BODY, "x", now=NOW, signed_headers=names, method="POST", url="/hook?a=1")
    assert verify(signed, BODY, "x", now=NOW, method="POST", url="https://ci.example.com/hook?a=1").signed_headers == tuple(names)
    assert code_of(signed, BODY, "x", now=NOW, method="POST", url="/other") == "signature_mismatch"
    assert code_of(signed, BODY, "x", now=NOW) == "header_missing"
    assert verify(HEADERS, BODY, SECRET, now=NOW, method="DELETE", url="/").id == GOOD


def test_calls_of_extensions_have_a_profile() -> None:
    others = {"accept": "application/vnd.drone.config.v1+json", "accept-encoding": "identity", "content-type": "application/json"}
    signed = sign(b"{}", "x", now=NOW, signed_headers=EXTENSION_HEADERS, headers=others)
    delivery = verify({**others, **signed}, b"{}", "x", now=NOW, required_headers=EXTENSION_HEADERS)
    assert (delivery.signed_headers, delivery.event, delivery.action, delivery.payload) == (EXTENSION_HEADERS, None, None, {})
    assert code_of(sign(b"{}", "x", now=NOW), b"{}", "x", now=NOW, required_headers=EXTENSION_HEADERS) == "header_not_signed"


def test_codes_are_their_names_and_have_a_status() -> None:
    error = WebhookVerificationError(Code.BODY_TOO_LARGE, "large")
    assert error.code == "body_too_large"
    assert f"{error.code} {error.code!s}" == "body_too_large body_too_large"
    assert error.status == 413
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.status, str(again)) == (Code.BODY_TOO_LARGE, 413, "large")
    assert len(Code) == 23
