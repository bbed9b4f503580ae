"""What is raised when a request is refused, or the receiver is set up wrongly. Knows no request."""

from __future__ import annotations

from .codes import BY_NUMBER, Code


class WebhookVerificationError(Exception):
    """A request was refused, or the receiver is set up wrongly (`config_invalid`, `body_not_bytes`).

    `code` is stable and says why; the text is for logs and may change. Neither holds a secret. Answer the network with `status` and its own
    text only: what the code says would help a forger.
    """

    code: Code
    """Why, as in the table of codes; equal to its name, such as `"signature_missing"`."""
    status: int
    """The HTTP status to answer with."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = code.status

    def __reduce__(self) -> tuple[type[WebhookVerificationError], tuple[Code, str]]:
        # An exception of multiprocessing crosses processes by its arguments.
        return type(self), (self.code, str(self))


class InboxError(Exception):
    """The inbox could not take an authentic delivery: full, or closed. Drone does not send it again."""

    status: int = 503
    """The HTTP status to answer with."""


class InboxFullError(InboxError):
    """The inbox has no room: handling is too slow or stands still. Nothing that was accepted is given up for it."""


class ModuleError(RuntimeError):
    """The WebAssembly module cannot be used: another version, or it broke off. No request is known to bring it about."""


def config_invalid(message: str) -> WebhookVerificationError:
    """The receiver's own mistake: an option, or a call."""
    return WebhookVerificationError(Code.CONFIG_INVALID, message)


def body_not_bytes(message: str) -> WebhookVerificationError:
    """Something in place of the raw body."""
    return WebhookVerificationError(Code.BODY_NOT_BYTES, message)


def kind_of(value: object) -> str:
    """What a value is, for a message that must not show the value itself."""
    return "None" if value is None else f"an object of type {type(value).__name__}"


def refusal(number: int, answer: bytes) -> WebhookVerificationError:
    """What the module says, as an exception; raises a `ModuleError` for what it should never say."""
    code = BY_NUMBER.get(number)
    if code is None:
        raise ModuleError(f"the module gives {number}: {answer.decode(errors='replace')}")
    return WebhookVerificationError(code, answer.decode())
