"""The command line, as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Optional

import pytest
from vectors import BODY, HEADERS, SECRET

from drone_webhooks import sign

HEAD = "POST /hook HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in HEADERS)
SAVED = HEAD.encode() + b"\r\n" + BODY


def run(*arguments: str, given: Optional[bytes] = None, secret: Optional[bytes] = SECRET[0]) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "DRONE_WEBHOOK_SECRET"}
    if secret is not None:
        environment["DRONE_WEBHOOK_SECRET"] = secret.decode()
    done = subprocess.run(
        [sys.executable, "-m", "drone_webhooks", "verify", *arguments], input=given or b"", capture_output=True, env=environment, timeout=60, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_saved_request_is_authentic(tmp_path: Path) -> None:
    file = tmp_path / "request.http"
    file.write_bytes(SAVED)
    code, out, err = run("--at-date", str(file))
    assert (code, err) == (0, "")
    assert out.startswith("authentic  user created ")
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    "saved",
    [
        SAVED,
        SAVED + b"\n",
        SAVED.replace(b"\r\n", b"\n"),
        b"\r\n" + SAVED,
        HEAD.replace("\r\n", "\r\n> ").join(["> ", "\r\n"]).encode() + BODY,
        HEAD.replace("Content-Length: ", "X-Length: ").encode()
        + b"Transfer-Encoding: chunked\r\n\r\n5\r\n"
        + BODY[:5]
        + b"\r\n%x;ext\r\n" % len(BODY[5:])
        + BODY[5:]
        + b"\r\n0\r\n\r\n",
    ],
    ids=["as it was sent", "an editor's line end", "LF", "an empty line before", "curl -v", "chunks"],
)
def test_it_may_be_saved_in_many_ways(saved: bytes) -> None:
    code, out, err = run("--at-date", "--json", given=saved)
    assert (code, err) == (0, "")
    verdict = json.loads(out)
    assert (verdict["ok"], verdict["event"], verdict["payload"]) == (True, "user", json.loads(BODY))


def test_a_refusal_says_why_and_exits_with_1() -> None:
    code, out, err = run("--at-date", given=SAVED.replace(b'"user"', b'"usex"', 1))
    assert (code, err) == (1, "")
    assert out.startswith("refused  digest_mismatch  ")
    assert "body_changed" in out
    code, out, _ = run("--at-date", "--json", given=SAVED, secret=SECRET[0] + b"\n")
    assert code == 1
    assert json.loads(out)["causes"][0]["code"] == "secret_whitespace"
    assert SECRET[0].decode() not in out
    assert json.loads(run("--json", given=SAVED)[1])["code"] == "date_too_old" or json.loads(run("--json", given=SAVED)[1])["code"] == "date_in_future"


def test_secrets_come_from_files_and_variables(tmp_path: Path) -> None:
    for number, end in enumerate([b"", b"\n", b"\r\n"]):
        file = tmp_path / str(number)
        file.write_bytes(SECRET[0] + end)
        assert run("--at-date", "--secret-file", str(file), given=SAVED, secret=None)[0] == 0
    (tmp_path / "other").write_bytes(b"another")
    assert run("--at-date", "--secret-file", str(tmp_path / "other"), given=SAVED)[0] == 1
    assert run("--at-date", "--secret-file", str(tmp_path / "other"), "--secret-file", str(tmp_path / "0"), given=SAVED)[0] == 0
    os.environ["OTHER_SECRET"] = SECRET[0].decode()
    assert run("--at-date", "--secret-env", "OTHER_SECRET", given=SAVED, secret=None)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "given", "secret", "says"),
    [
        ([], SAVED, None, "there is no secret"),
        ([], SAVED, b"", "empty"),
        ([], b"", b"x", "no header"),
        ([], b"Date: x\r\n", b"x", "no empty line"),
        (["/nowhere/at/all"], b"", b"x", "cannot read"),
        (["--secret-file", "/nowhere"], SAVED, b"x", "cannot read"),
        (["--secret-file", "/dev/null", "--secret-env", "X"], SAVED, b"x", "not both"),
        (["--secret", "x"], SAVED, b"x", "ambiguous option"),
        (["--now", "noon"], SAVED, b"x", "is no time"),
        (["--now", "1", "--at-date"], SAVED, b"x", "not allowed with"),
        (["--tolerance", "-1"], SAVED, b"x", "tolerance"),
        (["--at-date"], b"Digest: x\r\n\r\n{}", b"x", "no Date"),
        (["--at-date"], b"Date: yesterday\r\n\r\n{}", b"x", "is no time"),
    ],
)
def test_a_wrong_call_says_so_and_exits_with_2(arguments: list[str], given: bytes, secret: Optional[bytes], says: str) -> None:
    code, out, err = run(*arguments, given=given, secret=secret)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize("now", ["1795327913", "2026-11-22T06:11:53Z", "2026-11-22T06:11:53+00:00", "Sun, 22 Nov 2026 06:11:53 GMT"])
def test_a_time_is_written_in_many_ways(now: str) -> None:
    assert run("--now", now, given=SAVED)[0] == 0


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    body = b'{"event":"user","action":"created","user":{"login":"\\u001b[31mred\\u202e"}}'
    headers = sign(body, SECRET[0], now=1_795_327_913)
    saved = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n" + body
    code, out, _ = run("--at-date", given=saved)
    assert code == 0
    assert "\\x1b[31mred\\u202e" in out
    assert out.isascii()
