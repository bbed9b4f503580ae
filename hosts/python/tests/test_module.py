"""The module and its instances: what a runtime must not be allowed to do."""

from __future__ import annotations

import base64
import ctypes
import gc
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import threading
import types
import weakref
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from vectors import BODY, HEADERS, NOW, SECRET

from drone_webhooks import ModuleError, Verifier, WebhookVerificationError, calls, explain, module, sign
from drone_webhooks.instance import Instance
from drone_webhooks.options import check
from drone_webhooks.verifier import _kept

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork")
OTHER = sign(BODY, "another secret", now=NOW)


def verdict(verifier: Verifier, headers: Any, body: bytes = BODY) -> str:
    try:
        return verifier.verify(headers, body, now=NOW).id
    except WebhookVerificationError as error:
        return str(error.code)


def test_eight_threads_verify_100000_requests_half_of_them_forged_and_no_verdict_is_wrong() -> None:
    verifier = Verifier(SECRET)
    good = verdict(verifier, HEADERS)
    expected = [(HEADERS, BODY, good), (OTHER, BODY, "signature_mismatch"), (HEADERS, BODY, good), (HEADERS, BODY + b"\n", "digest_mismatch")]
    wrong: list[Any] = []

    def run() -> None:
        try:
            for number in range(12_500):
                headers, body, right = expected[number % 4]
                found = verdict(verifier, headers, body)
                if found != right:
                    wrong.append((number, found))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads change places within calls, not between them
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong


@posix
def test_a_signal_handler_that_verifies_in_the_middle_of_a_verification_changes_no_verdict() -> None:
    verifier = Verifier(SECRET)
    good = verdict(verifier, HEADERS)
    seen: list[str] = []
    over = False

    def handle(*_: object) -> None:
        seen.append(verdict(verifier, HEADERS))
        # One that was under way as the timer was stopped would start it again, and the next alarm would end the process.
        if not over:
            signal.setitimer(signal.ITIMER_REAL, 5e-5)

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 5e-5)
        found = {verdict(verifier, OTHER) for _ in range(5000)}
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert found == {"signature_mismatch"}
    assert set(seen) == {good}
    assert len(verifier._pool._idle) == 2, "none was had by two at a time"


def break_memory(instance: Instance) -> None:
    """What a fault would do: everything in the memory is something else."""
    length = instance._memory.data_len(instance._store)
    ctypes.memset(ctypes.addressof(instance._memory.data_ptr(instance._store).contents), 0xFF, length)


@pytest.mark.parametrize("way", ["direct", "public"])
def test_an_instance_that_trapped_is_thrown_away(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "public":
        monkeypatch.setattr(calls, "BINDINGS", None)
    verifier = Verifier(SECRET)
    good = verdict(verifier, HEADERS)
    [broken] = verifier._pool._idle
    break_memory(broken)
    with pytest.raises(ModuleError, match="broke off"):
        verifier.verify(HEADERS, BODY, now=NOW)
    gone = weakref.ref(broken)
    del broken
    gc.collect()
    assert verdict(verifier, HEADERS) == good
    assert gone() is None


def test_calls_go_the_direct_way_here() -> None:
    # If not, wasmtime has changed: see calls.py.
    assert calls.BINDINGS is not None or os.environ.get(calls.VARIABLE) == "public"


def test_numbers_have_no_sign_whichever_way_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    wat = '(module (func (export "f") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1))))'
    engine = wasmtime.Engine()
    for bindings in (calls.BINDINGS, None):
        monkeypatch.setattr(calls, "BINDINGS", bindings)
        store = wasmtime.Store(engine)
        function = wasmtime.Instance(store, wasmtime.Module(engine, wat), []).exports(store)["f"]
        assert isinstance(function, wasmtime.Func)
        call = calls.call_of(store, function)
        assert call(0xFFFF_FFFF, 1) == 0xFFFF_FFFE
        assert call(0, 1) == 0xFFFF_FFFF
        assert call(0x8000_0000, 0) == 0x8000_0000


def test_an_export_of_another_type_is_refused() -> None:
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    for wat in ('(func (export "f") (param i64))', '(func (export "f") (param i32 i32 i32))', '(func (export "f") (result f32) (f32.const 0))'):
        function = wasmtime.Instance(store, wasmtime.Module(engine, f"(module {wat})"), []).exports(store)["f"]
        assert isinstance(function, wasmtime.Func)
        with pytest.raises(ModuleError, match="another type"):
            calls.call_of(store, function)


@pytest.mark.parametrize(
    ("wat", "message"),
    [
        ('(module (memory (export "memory") 1) (func (export "abi_version") (result i32) (i32.const 2)))', "version 2"),
        ('(module (memory (export "memory") 1))', "not the portable module"),
        ('(module (func (export "abi_version") (result i32) (i32.const 1)))', "not the portable module"),
        (
            '(module (memory (export "memory") 1) (func (export "abi_version") (result i32) (i32.const 1))'
            ' (func (export "buffer") (param i32) (result i32) (i32.const 65000)))',
            "no memory",
        ),
    ],
)
def test_a_module_that_is_another_is_refused(wat: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = wasmtime.Engine()
    monkeypatch.setitem(module._modules, module.VERIFIER, module.Loaded(engine, wasmtime.Module(engine, wat)))
    with pytest.raises(ModuleError, match=message):
        Verifier(SECRET)


def test_what_was_refused_leaves_nothing_behind() -> None:
    verifier = Verifier(SECRET)
    good = verdict(verifier, HEADERS)
    for headers, body, code in [
        (OTHER, BODY, "signature_mismatch"),
        ([], BODY, "signature_missing"),
        (HEADERS, b"", "digest_mismatch"),
        ([*HEADERS, *[("x", "y")] * 300], BODY, "headers_too_large"),
    ]:
        assert verdict(verifier, headers, body) == code
        assert verdict(verifier, HEADERS) == good
    assert len(verifier._pool._idle) == 1


def test_phases_of_several_requests_may_be_interleaved() -> None:
    verifier = Verifier(SECRET)
    first, second = verifier.authenticate(HEADERS, now=NOW), verifier.authenticate(sign(b"{}", SECRET[0], now=NOW), now=NOW)
    with pytest.raises(WebhookVerificationError, match="not the one"):
        first.finish(b"{}")
    assert second.finish(b"{}").body == b"{}"
    assert first.finish(BODY).id == verdict(verifier, HEADERS)


def test_a_body_over_its_bound_is_refused_before_it_is_copied_or_hashed_and_after_its_headers() -> None:
    verifier = Verifier(SECRET, max_body_bytes=1000)
    assert verifier.max_body_bytes == 1000
    large = bytes(200 * 1024 * 1024)
    assert verdict(verifier, sign(b"", "another", now=NOW), large) == "signature_mismatch"
    assert verdict(verifier, sign(b"", SECRET[0], now=NOW), large) == "body_too_large"
    [instance] = verifier._pool._idle
    assert instance._memory.data_len(instance._store) < 1024 * 1024


def test_the_large_body_of_a_forgery_is_not_hashed() -> None:
    class Counted:
        hashed = 0

    def sha256(body: bytes) -> Any:
        Counted.hashed += 1
        return hashlib.sha256(body)

    verifier, body = Verifier(SECRET), b"x" * 100_000
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("drone_webhooks.verifier.hashlib", types.SimpleNamespace(sha256=sha256))
        assert verdict(verifier, OTHER, body) == "signature_mismatch"
        assert Counted.hashed == 0
        assert verdict(verifier, HEADERS, body) == "digest_mismatch"
        assert Counted.hashed == 1


def test_verify_keeps_the_verifiers_of_a_few_sets_of_options() -> None:
    verifiers = {
        id(_kept(check(secret, tolerance, None, None, None, None, None))) for secret in ("a", "b", ["a"]) for tolerance in (5, 5.0, 6) for _ in range(3)
    }
    assert len(verifiers) == 4, "a secret by itself is as one in a list"
    for number in range(50):
        _kept(check(f"secret {number}", 5, None, None, None, None, None))
    assert _kept.cache_info().currsize == 16


def test_an_instance_that_grew_is_not_kept() -> None:
    from drone_webhooks import instance

    body = b'{"event":"user","action":"created","x":"' + b"x" * 6_000_000 + b'"}'
    delivery = Verifier(SECRET, max_body_bytes=10_000_000).verify(sign(body, SECRET[0], now=NOW), body, now=NOW)
    assert delivery.event == "user"
    assert all(each.is_small for each in instance._plain._idle)


def test_headers_beyond_the_buffer_are_handed_over_all_the_same() -> None:
    verifier = Verifier(SECRET, max_header_bytes=200_000)
    signed = dict(sign(BODY, SECRET[0], now=NOW))
    text = f"date: {signed['date']}\ndigest: {signed['digest']}\nx-long: {'y' * 100_000}"
    mac = base64.b64encode(hmac.digest(SECRET[0], text.encode(), "sha256")).decode()
    signed["signature"] = f'keyId="k",algorithm="hmac-sha256",signature="{mac}",headers="date digest x-long"'
    assert verifier.verify({**signed, "x-long": "y" * 100_000}, BODY, now=NOW).signed_headers == ("date", "digest", "x-long")
    assert verdict(verifier, {**signed, "x-long": "y" * 100_001}) == "signature_mismatch"
    assert verdict(verifier, {**signed, "x-long": " " * 300_000 + "y" * 100_000}) == verdict(verifier, {**signed, "x-long": "y" * 100_000})
    assert verdict(verifier, {**signed, "x-long": "y" * 300_000}) == "headers_too_large"


@posix
def test_a_forked_process_makes_instances_of_its_own_while_threads_verify_in_its_parent() -> None:
    script = Path(__file__).with_name("forking.py")
    done = subprocess.run([sys.executable, "-X", "faulthandler", str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["good"] * 9


def test_a_verifier_that_is_given_up_gives_its_instances_up() -> None:
    verifier = Verifier(SECRET)
    instances = [weakref.ref(each) for each in verifier._pool._idle]
    assert instances
    del verifier
    gc.collect()
    assert [each() for each in instances] == [None]


def test_explain_is_loaded_when_it_is_asked_for() -> None:
    code = "import drone_webhooks as d; from drone_webhooks import module; d.Verifier('x'); print(sorted(module._modules)); d.explain({}, b'', 'x'); print(sorted(module._modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['drone_webhooks']", "['drone_webhooks', 'drone_webhooks_explain']"]
    assert explain(HEADERS, BODY, SECRET, now=NOW)["ok"]
