"""How an export is called. Knows no export by name.

`wasmtime.Func` asks for the function's type, converts each value and opens a context manager at every call: 25 microseconds, as much as a whole
verification. The C API has `wasmtime_func_call_unchecked` for functions whose type the caller knows: 1.2 microseconds. The package wasmtime has it,
generated from the C header, but not among its public names. So it is used where it is declared exactly as it is known here, and where not,
`wasmtime.Func` is called.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Callable, Optional

import wasmtime

from .errors import ModuleError

Call = Callable[[int, int], int]
"""Calls an export of one or two unsigned numbers; of those that it does not take the last are left out. Gives an unsigned number, 0 for none."""

VARIABLE = "DRONE_WEBHOOKS_CALLS"
"""The environment variable that, set to `public`, leaves the direct way out."""


def call_of(store: wasmtime.Store, function: wasmtime.Func) -> Call:
    """The fastest way to call this export."""
    kind = function.type(store)
    i32 = wasmtime.ValType.i32()
    if any(each != i32 for each in [*kind.params, *kind.results]) or len(kind.params) > 2 or len(kind.results) > 1:
        raise ModuleError("the module has an export of another type than this package knows")
    arity, results = len(kind.params), len(kind.results)
    return _direct(store, function, arity, results) or _public(store, function, arity)


def _bindings() -> Optional[Any]:
    """The generated bindings, if they declare what is used here as it is known here."""
    if os.environ.get(VARIABLE) == "public":
        return None
    try:
        from wasmtime import _ffi as ffi

        call = ffi.dll.wasmtime_func_call_unchecked
        pointers = [ffi.wasmtime_context_t, ffi.wasmtime_func_t, ffi.wasmtime_val_raw_t]
        expected = [*map(ctypes.POINTER, pointers), ctypes.c_size_t, ctypes.POINTER(ctypes.POINTER(ffi.wasm_trap_t))]
        raw: dict[str, Any] = {field[0]: field[1] for field in ffi.wasmtime_val_raw_t._fields_}
        good = (
            call.argtypes == expected
            and call.restype is ctypes.POINTER(ffi.wasmtime_error_t)
            and raw.get("i32") is ctypes.c_int32
            and ctypes.sizeof(ffi.wasmtime_val_raw_t) == 16
            and callable(ffi.wasm_trap_delete)
            and callable(ffi.wasmtime_error_delete)
            and hasattr(wasmtime.Store, "_context")
        )
    except (AttributeError, ImportError, TypeError):
        return None
    return ffi if good else None


BINDINGS: Optional[Any] = _bindings()
"""None where calls go the public way."""


def _direct(store: wasmtime.Store, function: wasmtime.Func, arity: int, results: int) -> Optional[Call]:
    ffi = BINDINGS
    if ffi is None:
        return None
    context = store._context()
    target = getattr(function, "_func", None)
    if not isinstance(target, ffi.wasmtime_func_t):
        return None
    invoke = ffi.dll.wasmtime_func_call_unchecked
    values = (ffi.wasmtime_val_raw_t * 2)()
    # Of 16 bytes each the first four; on all platforms that wasmtime knows they are the low ones.
    slots = memoryview(values).cast("B").cast("I")
    reference = ctypes.byref(target)
    trap = ctypes.POINTER(ffi.wasm_trap_t)()
    trapped = ctypes.byref(trap)
    room = max(arity, results)

    def call(first: int, second: int) -> int:
        slots[0] = first
        slots[4] = second
        error = invoke(context, reference, values, room, trapped)
        if error or trap:
            if error:
                ffi.wasmtime_error_delete(error)
            if trap:
                ffi.wasm_trap_delete(trap)
            raise ModuleError("the WebAssembly module broke off")
        return slots[0] if results else 0

    return call


def _public(store: wasmtime.Store, function: wasmtime.Func, arity: int) -> Call:
    def call(first: int, second: int) -> int:
        try:
            # `Func` takes numbers with a sign only, and gives them so.
            result = function(store, *map(_signed, (first, second)[:arity]))
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise ModuleError("the WebAssembly module broke off") from error
        return 0 if result is None else int(result) & 0xFFFF_FFFF

    return call


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
