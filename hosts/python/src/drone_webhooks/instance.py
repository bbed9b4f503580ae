"""Instances of a module, and who has them. Two threads in one instance have been seen to accept forgeries, so an instance is had by one call at a time."""

from __future__ import annotations

import ctypes
import os
from typing import Callable, Generic, Optional, TypeVar

import wasmtime

from . import module
from .calls import Call, call_of
from .errors import ModuleError, refusal

VERSION = 1
"""The version of hosts/ABI.md that this package speaks."""
MORE_HEADERS = 255
MALFORMED = 254

# There from the start, and kept where it is by all calls but those whose record or answer is larger.
_ROOM = 32 * 1024
# Memory never shrinks: an instance that has grown beyond it is not kept. A delivery of 60 steps needs a tenth.
_LARGEST_KEPT = 4 * 1024 * 1024
# More would lie idle: a call takes some microseconds.
_MOST_KEPT = 32


class Instance:
    """One instance. After an exception other than a refusal it is of no more use: its stack is not restored."""

    def __init__(self, name: str) -> None:
        engine, compiled = module.load(name)
        self._store = wasmtime.Store(engine)
        exports = wasmtime.Instance(self._store, compiled, []).exports(self._store)
        self._calls: dict[str, Call] = {}
        self._functions = {key: each for key, each in exports.items() if isinstance(each, wasmtime.Func)}
        memory = exports.get("memory")
        if "abi_version" not in self._functions or not isinstance(memory, wasmtime.Memory):
            raise ModuleError("this is not the portable module of drone-webhooks")
        version = self.call("abi_version")(0, 0)
        if version != VERSION:
            raise ModuleError(f"the module speaks version {version} of its interface, and this package speaks version {VERSION}")
        self._memory = memory
        self._buffer = self.call("buffer")
        self._make_room(_ROOM)
        self.verifier = 0
        """The number of the verifier in it, where it has one."""

    def call(self, name: str) -> Call:
        """An export by its name."""
        found = self._calls.get(name)
        if found is None:
            found = self._calls[name] = call_of(self._store, self._functions[name])
        return found

    def ask(self, call: Call, record: bytes) -> tuple[int, bytes]:
        """Writes a record, calls, and reads the answer: the code, and what there is to say."""
        length = len(record)
        if length > self.room:
            self._make_room(length)
        self._window[:length] = record
        return self._answer(call(length, 0))

    def ask_verifier(self, call: Call, record: bytes) -> tuple[int, bytes]:
        """The same of the verifier in it."""
        length = len(record)
        if length > self.room:
            self._make_room(length)
        self._window[:length] = record
        verdict = call(self.verifier, length)
        return self._answer(verdict) if verdict else _DONE

    @property
    def is_small(self) -> bool:
        """Whether it is worth keeping."""
        return self._memory.data_len(self._store) <= _LARGEST_KEPT

    def _answer(self, verdict: int) -> tuple[int, bytes]:
        length = verdict >> 8
        if length > self.room:
            # The buffer has moved to where there is room for it.
            self._make_room(length)
        return verdict & 0xFF, bytes(self._window[:length])

    def _make_room(self, room: int) -> None:
        at = self._buffer(room, 0)
        if at + room > self._memory.data_len(self._store):
            raise ModuleError("the module has no memory where it says that its buffer is")
        # The memory stays where it is: the engine is told so.
        base = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        self._window = memoryview((ctypes.c_char * room).from_address(base + at)).cast("B")
        self.room = room
        """The largest record and answer so far, in bytes."""


_DONE = (0, b"")


Kind = TypeVar("Kind", bound=Instance)


class Pool(Generic[Kind]):
    """Idle instances. One is taken for a call and given back after it; one that is not given back is never used again.

    Not one for each thread: a signal handler or a finaliser may verify in the middle of a verification of the same thread, and servers with a thread
    for each request would make an instance for each request.
    """

    def __init__(self, make: Callable[[], Kind]) -> None:
        self._make = make
        # `pop` and `append` of a list are atomic, and the last one given back is the warmest.
        self._idle: list[Kind] = []
        self._generation = _generation

    def take(self) -> Kind:
        """An instance that nobody else has."""
        if self._generation != _generation:
            # A forked process leaves those of its parent alone, and makes its own.
            self._idle, self._generation = [], _generation
        try:
            return self._idle.pop()
        except IndexError:
            pass
        return self._make()

    def give(self, instance: Kind) -> None:
        """Gives it back. Not after an exception."""
        if len(self._idle) < _MOST_KEPT and instance.room <= _LARGEST_KEPT:
            self._idle.append(instance)


def ask_plain(name: str, record: bytes, pool: Optional[Pool[Instance]] = None) -> bytes:
    """Asks an export that takes no verifier, of the verifying module or of another pool's; raises its refusal."""
    pool = pool or _plain
    instance = pool.take()
    code, answer = instance.ask(instance.call(name), record)
    if instance.is_small:
        pool.give(instance)
    if code:
        raise refusal(code, answer)
    return answer


_generation = 0
_plain = Pool(lambda: Instance(module.VERIFIER))


def _after_fork() -> None:
    global _generation
    _generation += 1
    module.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
