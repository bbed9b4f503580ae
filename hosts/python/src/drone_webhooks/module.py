"""The WebAssembly modules: found in the package, compiled once a process, or loaded from the cache. Knows no record."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import threading
from typing import NamedTuple, Optional

import wasmtime

from . import cache

VERIFIER = "drone_webhooks"
EXPLAINER = "drone_webhooks_explain"
"""The same with `explain`, three times as large: loaded when somebody asks why."""


class Loaded(NamedTuple):
    """A compiled module and the engine that it is for."""

    engine: wasmtime.Engine
    module: wasmtime.Module


_lock = threading.Lock()
_engine: Optional[wasmtime.Engine] = None
_modules: dict[str, Loaded] = {}


def load(name: str) -> Loaded:
    """The compiled module of this name. Threads may share it; it is what instances are made of."""
    found = _modules.get(name)
    if found is not None:
        return found
    with _lock:
        if name not in _modules:
            _modules[name] = _load(name)
        return _modules[name]


def forget() -> None:
    """Loads anew what is asked for next: for tests."""
    with _lock:
        _modules.clear()


def after_fork() -> None:
    """A lock that another thread held when this process was forked off is never given back here."""
    global _lock
    _lock = threading.Lock()


def _load(name: str) -> Loaded:
    engine = _shared_engine()
    # Not by importlib.resources, which takes longer to import than this takes in all: wasmtime's library has to be a file on disk, and so may this.
    with open(os.path.join(os.path.dirname(__file__), "wasm", f"{name}.wasm"), "rb") as file:
        wasm = file.read()
    key = _key(name, wasm)
    stored = cache.load(key)
    if stored is not None:
        try:
            return Loaded(engine, wasmtime.Module.deserialize(engine, stored))
        except wasmtime.WasmtimeError:
            pass  # Of a processor with other instructions, in a home that machines share.
    module = wasmtime.Module(engine, wasm)
    cache.store(key, bytes(module.serialize()))
    return Loaded(engine, module)


def _key(name: str, wasm: bytes) -> str:
    # wasmtime itself refuses what another version, configuration or processor has made. The name says it too, so that they do not overwrite each other in turn.
    return f"{name}-{hashlib.sha256(wasm).hexdigest()[:32]}-{_wasmtime_version()}-{sys.platform}-{platform.machine()}.cwasm"


def _wasmtime_version() -> str:
    """From the name of the folder beside it: importlib.metadata, which looks there too, takes 12 ms to import."""
    site = os.path.dirname(os.path.dirname(wasmtime.__file__))
    found = [entry[len("wasmtime-") : -len(".dist-info")] for entry in os.listdir(site) if entry.startswith("wasmtime-") and entry.endswith(".dist-info")]
    return found[0] if len(found) == 1 else "unknown"


def _shared_engine() -> wasmtime.Engine:
    global _engine
    if _engine is None:
        config = wasmtime.Config()
        # Then an address in the memory stays good, and need not be asked for at every call.
        config.memory_may_move = False
        # The threads that compile would not be there in a forked process, which would wait for them for ever.
        config.parallel_compilation = False
        if sys.platform == "darwin":
            # The thread that handles Mach exceptions would be missing after a fork, too.
            config.macos_use_mach_ports = False
        _engine = wasmtime.Engine(config)
    return _engine
