"""What a receiver does with a request and what it answers, the same on every server. The adapters only get at requests and write answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional, Union

from .errors import InboxError, WebhookVerificationError, body_not_bytes, config_invalid, kind_of
from .headers import Headers
from .inbox import log
from .webhooks import Reception, Webhooks

_TEXT = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Answer(NamedTuple):
    """What is sent back: the same for every refusal of a kind."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...]
    read: bool
    """Whether the body was read to its end. Where it was not, the connection is of no more use."""

    @property
    def line(self) -> str:
        """The status and its name, as WSGI wants them."""
        return f"{self.status} {self.text.rstrip()}"


class Request(NamedTuple):
    """A request before its body, as a server has it."""

    method: str
    paths: Sequence[str]
    """The paths it can be said to be for: one, or two where a framework has cut off what was mounted."""
    url: str
    headers: Headers
    content_length: Optional[str]


class Pending:
    """An authentic request whose body is to be read, up to `limit` bytes and one."""

    def __init__(self, reception: Reception, limit: int) -> None:
        self._reception = reception
        self.limit = limit

    def finish(self, body: bytes) -> Answer:
        """The answer once the body is there, or as much of it as shows that it is too large."""
        try:
            if len(body) > self.limit:
                return self.refuse(self._reception.too_large(len(body)))
            return answer(202 if self._reception.finish(body) == "accepted" else 200, read=True)
        except Exception as error:
            status = _status_of(error)
            # A body that does not match is refused like a forged header, to the byte, and so is its connection closed.
            return answer(status, read=status != 401)

    def too_large(self) -> Answer:
        """The answer where the server or framework will not hand over so much."""
        return self.refuse(self._reception.too_large(self.limit + 1))

    def refuse(self, error: WebhookVerificationError) -> Answer:
        """The answer to a refusal of a body that was not read to its end."""
        return answer(error.status, read=False)

    def not_bytes(self, message: str) -> Answer:
        """The answer where the bytes cannot be had, by a mistake in this program."""
        return self.refuse(self._reception.refuse(body_not_bytes(message)))

    def broken_off(self, cause: Optional[BaseException] = None) -> Answer:
        """The answer, to nobody, where the body ends before its end. A delivery is lost, which is told."""
        error = body_not_bytes("the body broke off on its way: the sender is gone, or something between has ended the connection")
        error.__cause__ = cause
        self._reception.refuse(error)
        return answer(400, read=False)


def begin(webhooks: Webhooks, path: Optional[str], request: Request) -> Union[Answer, Pending]:
    """All that can be said before the body is read. Never raises."""
    if path is not None and path not in request.paths:
        return answer(404, read=False)
    if request.method != "POST":
        return answer(405, read=False, headers=(("Allow", "POST"),))
    try:
        reception = webhooks.authenticate(request.headers, method=request.method, url=request.url)
        declared = declared_length(request.content_length)
        if declared is not None and declared > webhooks.max_body_bytes:
            return answer(reception.too_large(declared).status, read=False)
        return Pending(reception, webhooks.max_body_bytes)
    except Exception as error:
        return answer(_status_of(error), read=False)


def declared_length(content_length: Optional[str]) -> Optional[int]:
    """What Content-Length says; None where it says nothing. Servers refuse what is no number."""
    given = (content_length or "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None


def path_of(path: Optional[str]) -> Optional[str]:
    """The path to listen at, checked."""
    if path is None or (isinstance(path, str) and path.startswith("/")):
        return path
    raise config_invalid(f"path must be text that starts with a slash, such as '/hook', not {path if isinstance(path, str) else kind_of(path)}")


def check_webhooks(webhooks: object) -> None:
    """Raises `config_invalid` for what are no `Webhooks`."""
    if not isinstance(webhooks, Webhooks):
        raise config_invalid(f"an adapter wants Webhooks, not {kind_of(webhooks)}")


def answer(status: int, *, read: bool, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The answer with this status."""
    text = f"{_TEXT[status]}\n"
    return Answer(status, text, (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text))), *headers), read)


def _status_of(error: Exception) -> int:
    if isinstance(error, (WebhookVerificationError, InboxError)):
        return error.status
    log.error("a request could not be received: %s", error, exc_info=error)
    return 500
