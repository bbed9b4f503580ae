"""Where accepted deliveries wait to be handled.

Drone ignores the answer, never retries, and waits for it inside the build: so a receiver stores, answers, and handles afterwards.
"""

from __future__ import annotations

import atexit
import collections
import logging
import threading
import time
from typing import Callable, Optional, Protocol, Union

from .delivery import Delivery
from .errors import InboxError, InboxFullError, config_invalid
from .forks import in_child
from .options import DEFAULT_TOLERANCE, LONGEST, count_of, seconds_of

log = logging.getLogger("drone_webhooks")

Handle = Callable[[Delivery], None]

# How long a process that ends waits for handlers.
SECONDS_AT_EXIT = 10.0


class Inbox(Protocol):
    """Takes deliveries, and hands them to the handlers. For a durable one, put a queue of your own behind it."""

    def accept(self, delivery: Delivery) -> bool:
        """Stores a delivery; atomic on `delivery.id`, so that of two equal ones at the same time one is the duplicate, which is False.

        Raises where it cannot: the sender is then answered 503. It may block; in ASGI it is called in a thread.
        """

    def consume(self, handle: Handle) -> None:
        """Is told what to call for every stored delivery, once, before the first `accept`. `handle` never raises an `Exception`."""

    def close(self, timeout: Optional[float] = None) -> None:
        """Takes nothing any more, and waits up to so many seconds for what is being handled."""


class MemoryInbox:
    """An inbox in memory, handled by one thread: bounded, and **gone with the process**, since Drone does not send again what waits in it.

    `capacity`: the most deliveries that wait. `remembered`: the most ids that are remembered to know duplicates. `tolerance`: that of the verifier;
    ids are remembered for as long as a replay could be accepted. When it is full it refuses with `InboxFullError` (answered 503); it never drops silently.

    The thread starts with the first delivery, in the process that gets it, so servers may fork before. Raises `config_invalid`.
    """

    def __init__(self, *, capacity: int = 1000, remembered: int = 100_000, tolerance: Union[int, float] = DEFAULT_TOLERANCE) -> None:
        self._capacity = count_of(capacity, "capacity")
        self._remembered = count_of(remembered, "remembered")
        # The signed time may lie in the future by the tolerance; twice as long again is for clocks that are set.
        self._seconds = 3 * seconds_of(tolerance, "tolerance", LONGEST) + 1
        self._handle: Optional[Handle] = None
        self._begin()
        in_child(self._begin)

    def accept(self, delivery: Delivery) -> bool:
        """Takes a delivery; False for one that was taken before. Raises `InboxError`."""
        identity, now = delivery.id, time.monotonic()
        with self._changed:
            self._forget(now)
            if identity in self._expiries:
                return False
            if self._closed:
                raise InboxError("the inbox is closed")
            if len(self._queue) + self._in_hand >= self._capacity:
                raise InboxFullError(f"{self._capacity} deliveries wait to be handled, and there is no room for more")
            if len(self._expiries) >= self._remembered:
                raise InboxFullError(f"{self._remembered} ids are remembered, and there is no room for more")
            self._start()
            self._expiries[identity] = now + self._seconds
            self._queue.append(delivery)
            self._changed.notify_all()
        return True

    def consume(self, handle: Handle) -> None:
        """Is told what to call."""
        if self._handle is not None:
            raise config_invalid("the inbox is in use: every Webhooks needs its own")
        self._handle = handle

    def close(self, timeout: Optional[float] = None) -> None:
        """Takes nothing any more, and waits up to so many seconds, or for ever, until everything that waits has been handled."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        atexit.unregister(self._close_at_exit)
        lost = len(self._queue) + self._in_hand
        if lost:
            log.warning("%d deliveries were not handled, and are lost with the process", lost)

    def drain(self, timeout: Optional[float] = None) -> bool:
        """Waits up to so many seconds, or for ever, until everything that waits has been handled; says whether it was."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._in_hand, timeout)

    def _begin(self) -> None:
        """Empty; in a forked process too, whose parent handles what is there."""
        self._changed = threading.Condition()
        # Until when an id is remembered, in the order of acceptance and so of expiry.
        self._expiries: collections.OrderedDict[str, float] = collections.OrderedDict()
        self._queue: collections.deque[Delivery] = collections.deque()
        self._in_hand = 0
        self._closed = False
        self._thread: Optional[threading.Thread] = None

    def _forget(self, now: float) -> None:
        while self._expiries and next(iter(self._expiries.values())) < now:
            self._expiries.popitem(last=False)

    def _start(self) -> None:
        if self._thread is None:
            # A daemon: a handler that hangs must not keep the process from ending. What waits is looked after at exit.
            self._thread = threading.Thread(target=self._run, name="drone-webhooks", daemon=True)
            self._thread.start()
            atexit.register(self._close_at_exit)

    def _close_at_exit(self) -> None:
        self.close(SECONDS_AT_EXIT)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._in_hand = 0
                self._changed.notify_all()
                while not self._queue:
                    if self._closed:
                        return
                    self._changed.wait()
                delivery = self._queue.popleft()
                self._in_hand = 1
            if self._handle is not None:
                self._handle(delivery)
            del delivery
