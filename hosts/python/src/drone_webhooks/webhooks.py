"""Deliveries to handlers: verified, accepted into an inbox, and handed out by name. Knows no server."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Callable, Literal, Optional, TypeVar, Union

from .body import Body
from .codes import Code
from .delivery import Delivery
from .errors import InboxError, WebhookVerificationError, config_invalid, kind_of
from .headers import Headers
from .inbox import Inbox, MemoryInbox, log
from .lifecycle import NAMES, Lifecycle
from .options import DEFAULT_TOLERANCE, Clock, Secrets
from .verifier import Authenticated, Verifier

if TYPE_CHECKING:
    import asyncio

Handler = Callable[[Delivery], Any]
"""Handles a delivery: a function, or an async one, which runs in a loop of the inbox's thread."""
ErrorHook = Callable[[BaseException, Delivery], Any]
"""Told of what went wrong with a delivery: a failed handler, or an inbox that could not take it (`InboxError`)."""
RefusalHook = Callable[[WebhookVerificationError, Headers], Any]
"""Told of a refused request. Its headers are as they came, and nothing in them is to be believed."""
Acceptance = Literal["accepted", "duplicate"]

_Hook = TypeVar("_Hook", bound=Callable[..., Any])


class Webhooks:
    """Receives webhooks: verifies them, puts them into an inbox, and hands them to handlers once the sender has been answered.

    The options are those of a `Verifier`, and `inbox`; by default a `MemoryInbox`, which is lost with the process. Handlers of one delivery run one
    after the other, in the order they were registered, each of them also where one before has failed. A failed handler is not called again.

    Where no hook is registered, failed handlers, an inbox that is full and mistakes in the set-up are logged by `logging`, under `drone_webhooks`.

    Raises `config_invalid` for a mistake in the options.
    """

    def __init__(
        self,
        secret: Secrets,
        *,
        inbox: Optional[Inbox] = None,
        tolerance: Union[int, float] = DEFAULT_TOLERANCE,
        required_headers: Optional[Sequence[str]] = None,
        max_body_bytes: Optional[int] = None,
        max_header_bytes: Optional[int] = None,
        max_headers: Optional[int] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        self._verifier = Verifier(
            secret,
            tolerance=tolerance,
            required_headers=required_headers,
            max_body_bytes=max_body_bytes,
            max_header_bytes=max_header_bytes,
            max_headers=max_headers,
            clock=clock,
        )
        self.max_body_bytes: int = self._verifier.max_body_bytes
        """The largest body, in bytes: stop reading there."""
        self._inbox: Inbox = MemoryInbox(tolerance=tolerance) if inbox is None else inbox
        self.may_block: bool = not isinstance(self._inbox, MemoryInbox)
        """Whether accepting a delivery may take longer than a verification."""
        self._handlers: tuple[tuple[Optional[str], Handler], ...] = ()
        self._error_hooks: list[ErrorHook] = []
        self._refusal_hooks: list[RefusalHook] = []
        self._lifecycle = Lifecycle()
        # One for each thread that handles, kept, since what handlers share (a client with its connections) belongs to a loop.
        self._own = threading.local()
        self._loops: list[asyncio.AbstractEventLoop] = []
        self._inbox.consume(self._handle)

    def on(self, name: str) -> Callable[[_Hook], _Hook]:
        """Registers a handler for an event (`build`), an event and action (`build.created`), or what becomes of a build.

        Once per build, although Drone repeats itself: `build.completed` (its status is final), `build.failed` (failure or error), `build.fixed`
        (success, and the last build of the same repository and branch that succeeded or failed had failed). Other names are taken as they are.
        """
        if not isinstance(name, str) or not name:
            raise config_invalid(f"on wants the name of an event, as @webhooks.on('build.completed'), not {kind_of(name)}")

        def register(handler: _Hook) -> _Hook:
            self._register(name, handler)
            return handler

        return register

    def on_any(self, handler: _Hook) -> _Hook:
        """Registers a handler for every delivery, also those of events and actions that are not known here."""
        self._register(None, handler)
        return handler

    def on_error(self, hook: _Hook) -> _Hook:
        """Registers a hook for failed handlers, and for an inbox that cannot take a delivery. What it raises is logged."""
        self._error_hooks.append(_checked(hook))
        return hook

    def on_refused(self, hook: _Hook) -> _Hook:
        """Registers a hook for refused requests, for logs and metrics. What it raises is logged."""
        self._refusal_hooks.append(_checked(hook))
        return hook

    def receive(self, headers: Headers, body: Body, *, method: Optional[str] = None, url: Optional[str] = None) -> Acceptance:
        """Verifies a request whose body is in memory and puts it into the inbox.

        A body that is no webhook, though authentic (Drone's extension calls), is `payload_malformed`.

        Raises a `WebhookVerificationError` or an `InboxError`; both have a `status` to answer with.
        """
        return self.authenticate(headers, method=method, url=url).finish(body)

    def authenticate(self, headers: Headers, *, method: Optional[str] = None, url: Optional[str] = None) -> Reception:
        """The first phase, for adapters to other servers: refuses a forgery from its headers, before its body is read. Raises a `WebhookVerificationError`."""
        try:
            return Reception(self, headers, self._verifier.authenticate(headers, method=method, url=url))
        except WebhookVerificationError as error:
            self._refused(error, headers)
            raise

    def close(self, timeout: Optional[float] = None) -> None:
        """Takes nothing any more, and waits up to so many seconds, or for ever, for what is being handled."""
        self._inbox.close(timeout)
        while self._loops:
            loop = self._loops.pop()
            if not loop.is_running():
                loop.close()

    def drain(self, timeout: Optional[float] = None) -> None:
        """Waits up to so many seconds, or for ever, until what waits in memory has been handled: for servers that are about to end."""
        if isinstance(self._inbox, MemoryInbox):
            self._inbox.drain(timeout)

    def _register(self, name: Optional[str], handler: Handler) -> None:
        # A new tuple, so that one that is being gone through stays as it is.
        self._handlers = (*self._handlers, (name, _checked(handler)))

    def _accept(self, delivery: Delivery) -> Acceptance:
        try:
            return "accepted" if self._inbox.accept(delivery) else "duplicate"
        except Exception as cause:
            error = cause if isinstance(cause, InboxError) else InboxError("the inbox could not take a delivery")
            if error is not cause:
                error.__cause__ = cause
            self._failed(error, delivery)
            raise error from error.__cause__

    def _handle(self, delivery: Delivery) -> None:
        try:
            names = self._names_of(delivery)
        except Exception as error:
            self._failed(error, delivery)
            return
        for name, handler in self._handlers:
            if name is not None and name not in names:
                continue
            try:
                self._run(handler(delivery))
            # Whatever it raises, SystemExit included, must not end the thread that handles all others.
            except BaseException as error:
                self._failed(error, delivery)

    def _names_of(self, delivery: Delivery) -> list[str]:
        names = [] if delivery.event is None else [delivery.event, f"{delivery.event}.{delivery.action}"]
        # What nobody asks for needs no memory.
        if any(name in NAMES for name, _ in self._handlers):
            names += self._lifecycle.names_of(delivery)
        return names

    def _run(self, result: object) -> None:
        if not isinstance(result, Awaitable):
            return
        # Here, because it takes longer to import than all of this package, and few need it.
        import asyncio

        loop: Optional[asyncio.AbstractEventLoop] = getattr(self._own, "loop", None)
        if loop is None or loop.is_closed():
            loop = self._own.loop = asyncio.new_event_loop()
            self._loops.append(loop)
        loop.run_until_complete(_awaited(result))

    def _failed(self, error: BaseException, delivery: Delivery) -> None:
        if not self._error_hooks:
            log.error("delivery %s: %s", delivery.id, error, exc_info=error)
        for hook in self._error_hooks:
            _tell(lambda hook=hook: hook(error, delivery))  # type: ignore[misc]

    def _refused(self, error: WebhookVerificationError, headers: Headers) -> None:
        # Mistakes of the receiver's own must not pass unnoticed; forgeries may, or anybody could fill the log.
        if not self._refusal_hooks and error.status >= 500:
            log.error("%s: %s", error.code, error)
        for hook in self._refusal_hooks:
            _tell(lambda hook=hook: hook(error, headers))  # type: ignore[misc]


class Reception:
    """A request whose headers are authentic; its body is still to come. Made by `Webhooks.authenticate`."""

    __slots__ = ("_authenticated", "_headers", "_webhooks")

    def __init__(self, webhooks: Webhooks, headers: Headers, authenticated: Authenticated) -> None:
        self._webhooks = webhooks
        self._headers = headers
        self._authenticated = authenticated

    def finish(self, body: Body) -> Acceptance:
        """Verifies the body and puts the delivery into the inbox.

        Raises a `WebhookVerificationError` for a refusal, a body that is no webhook included, and an `InboxError` where the inbox cannot take it.
        """
        try:
            delivery = _webhook_of(self._authenticated.finish(body))
        except WebhookVerificationError as error:
            raise self.refuse(error) from None
        return self._webhooks._accept(delivery)

    def too_large(self, length: int) -> WebhookVerificationError:
        """The refusal of a body of which so many bytes, more than the bound, are announced or there; tells of it."""
        return self.refuse(self._authenticated.too_large(length))

    def refuse(self, error: WebhookVerificationError) -> WebhookVerificationError:
        """Tells of a refusal that was made elsewhere, and gives it back."""
        self._webhooks._refused(error, self._headers)
        return error


def _webhook_of(delivery: Delivery) -> Delivery:
    """The delivery if it is a webhook. Its payload is read here, so that nothing waits in an inbox that cannot be read."""
    if delivery.action is not None:
        return delivery
    message = "the request is authentic, but not a webhook: its body has no action, as in the calls of Drone's extensions"
    raise WebhookVerificationError(Code.PAYLOAD_MALFORMED, message)


def _checked(hook: _Hook) -> _Hook:
    if not callable(hook):
        raise config_invalid(f"a handler must be a function, not {kind_of(hook)}")
    return hook


async def _awaited(result: Any) -> None:
    await result


def _tell(hook: Callable[[], Any]) -> None:
    """Calls a hook: what it raises must not change what it is told of."""
    try:
        result = hook()
        if isinstance(result, Coroutine):
            result.close()
            log.error("a hook for errors or refusals cannot be async: it is called in the middle of a request")
    except Exception:
        log.exception("a hook failed")
