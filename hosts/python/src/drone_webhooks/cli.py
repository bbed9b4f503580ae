"""The command line: whether a saved request is authentic, and why not.

A secret comes from a file or the environment, never from the command line, which others can read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, Optional

from .delivery import Delivery
from .errors import WebhookVerificationError
from .explain import Explanation, explain
from .options import EXTENSION_HEADERS
from .saved import SavedRequest, parse
from .verifier import verify

AUTHENTIC, REFUSED, USAGE = 0, 1, 2
VARIABLE = "DRONE_WEBHOOK_SECRET"

_EXIT = "Exits with 0 when it is authentic, 1 when it is refused, 2 when the command was called wrongly or a file cannot be read."


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs a command, and gives its exit code."""
    parser = argparse.ArgumentParser(prog="drone-webhooks", description="Verifies the webhooks that Drone CI signs.", epilog=_EXIT)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("verify", help="whether a saved request is authentic", description=_describe(), epilog=_EXIT)
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="the raw HTTP request; - or nothing for the standard input")
    command.add_argument("--secret-file", action="append", metavar="FILE", help="the secret is in FILE, without its last line end; may be given more than once")
    command.add_argument("--secret-env", metavar="NAME", help=f"the secret is in this environment variable (default {VARIABLE})")
    time = command.add_mutually_exclusive_group()
    time.add_argument("--at-date", action="store_true", help="the time is that of the request's own Date: for requests saved long ago")
    time.add_argument("--now", metavar="TIME", help="the time: seconds since 1970, 2026-11-22T06:11:53Z, or as in an HTTP header")
    command.add_argument("--tolerance", type=float, default=300, metavar="SECONDS", help="how far the signed time may be off (default 300)")
    command.add_argument("--extension", action="store_true", help="a call of Drone's extensions: five headers must be signed")
    command.add_argument("--json", action="store_true", help="the verdict as JSON")
    try:
        return _verify(parser.parse_args(arguments))
    except _UsageError as error:
        print(f"drone-webhooks: {error}", file=sys.stderr)
        return USAGE


class _UsageError(Exception):
    pass


def _describe() -> str:
    return "Says whether a saved request is authentic: signature, body, freshness, payload; and if not, why."


def _verify(options: argparse.Namespace) -> int:
    request = _request_of(options.file)
    settings: dict[str, Any] = {"secret": _secrets_of(options), "tolerance": options.tolerance, "now": _time_of(options, request)}
    settings.update(method=request.method, url=request.url)
    if options.extension:
        settings["required_headers"] = EXTENSION_HEADERS
    try:
        delivery = verify(request.headers, request.body, **settings)
        verdict, lines = _authentic(delivery)
    except WebhookVerificationError as error:
        if error.status >= 500:
            raise _UsageError(str(error)) from None
        verdict, lines = _refused(error, explain(request.headers, request.body, **settings))
    if options.json:
        print(json.dumps(verdict))
    else:
        print("\n".join(map(_shown, lines)))
    return AUTHENTIC if verdict["ok"] else REFUSED


def _authentic(delivery: Delivery) -> tuple[dict[str, Any], list[str]]:
    verdict = {
        "ok": True,
        "code": None,
        "id": delivery.id,
        "event": delivery.event,
        "action": delivery.action,
        "signed_at": delivery.signed_at.isoformat(),
        "key_id": delivery.key_id,
        "signed_headers": delivery.signed_headers,
        "payload": delivery.payload,
    }
    return verdict, [
        f"authentic  {_subject(delivery)}",
        f"  id       {delivery.id}",
        f"  signed   {delivery.signed_at.isoformat()}, headers {' '.join(delivery.signed_headers)}, key {delivery.key_id}",
    ]


def _refused(error: WebhookVerificationError, told: Explanation) -> tuple[dict[str, Any], list[str]]:
    verdict = {"ok": False, "code": str(error.code), "status": error.status, "message": str(error), "causes": told["causes"]}
    causes = [f"  {cause['code']}: {cause['evidence']}. {cause['fix']}" for cause in told["causes"]]
    return verdict, [f"refused  {error.code}  {error}", *causes]


def _subject(delivery: Delivery) -> str:
    """`build updated octocat/hello-world #4 success`."""
    if delivery.action is None:
        return "no webhook (a call to an extension)"
    payload: dict[str, Any] = dict(delivery.payload)
    # The types say what Drone sends; an authentic body may hold anything else.
    parts = {name: payload[name] if isinstance(payload.get(name), dict) else {} for name in ("user", "repo", "build")}
    about = parts["user"].get("login") if delivery.event == "user" else parts["repo"].get("slug")
    number = parts["build"].get("number")
    words = [delivery.event, delivery.action, about, number and f"#{number}", parts["build"].get("status")]
    return " ".join(word for word in words if isinstance(word, str) and word)


def _shown(text: str) -> str:
    """Nothing that a terminal obeys."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _request_of(file: str) -> SavedRequest:
    try:
        return parse(sys.stdin.buffer.read() if file == "-" else _content_of(file))
    except ValueError as error:
        raise _UsageError(f"this is not a request: {error}") from None


def _secrets_of(options: argparse.Namespace) -> list[bytes]:
    if options.secret_file:
        if options.secret_env is not None:
            raise _UsageError("give --secret-file or --secret-env, not both")
        return [_secret_in(file) for file in options.secret_file]
    name = options.secret_env or VARIABLE
    value = os.environ.get(name)
    if value is None:
        raise _UsageError(f"there is no secret: give --secret-file FILE, or set {name}")
    return [os.fsencode(value)]


def _secret_in(file: str) -> bytes:
    """Without the line end that editors put there. Nothing else is taken off: a blank may be part of a secret."""
    content = _content_of(file)
    return content[:-2] if content.endswith(b"\r\n") else content[:-1] if content.endswith(b"\n") else content


def _content_of(file: str) -> bytes:
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise _UsageError(f"cannot read {file}: {error.strerror}") from None


def _time_of(options: argparse.Namespace, request: SavedRequest) -> Optional[datetime]:
    if options.at_date:
        dates = [value for name, value in request.headers if name.lower() == "date"]
        return _parsed(dates[0], "the request's Date") if dates else _usage("the request has no Date")
    return None if options.now is None else _parsed(options.now, "--now")


def _parsed(text: str, where: str) -> datetime:
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), timezone.utc)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")) if text[:4].isdigit() else parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, OSError):
        _usage(f"{where} is no time: 2026-11-22T06:11:53Z, 'Sun, 22 Nov 2026 06:11:53 GMT' or 1795327913")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _usage(message: str) -> NoReturn:
    raise _UsageError(message)
