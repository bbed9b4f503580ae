"""A verification beside the hand-written one in bench/native.py, in one process: `python bench/bench.py [--json]`.

A round takes one sample from each, in an order drawn anew, over a ring of different requests; the ratio is taken round by round, then its median.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import native

from drone_webhooks import Verifier, calls, sign

SECRET = b"d8fa5c314f7b1f5cac27d34e157e3459"
RING = 64
SAMPLE_SECONDS = 0.005
ROUNDS = 201
SIZES = {"2 KB": 2048, "64 KB": 65536}


def ring(size: int, forged: bool) -> list[tuple[dict[str, str], bytes]]:
    """Requests as a WSGI or ASGI server has them, all different, signed under a minute ago."""
    requests = []
    for number in range(RING):
        start = b'{"event":"build","action":"updated","build":{"number":%d,"message":"' % number
        body = start + b"x" * (size - len(start) - 3) + b'"}}'
        signed = sign(body, SECRET if not forged else b"another", now=time.time() - number % 60)
        requests.append(
            (
                {
                    "Host": "ci.example.com",
                    "User-Agent": "Go-http-client/1.1",
                    "Content-Length": str(len(body)),
                    "Content-Type": "application/json",
                    "Date": signed["date"],
                    "Digest": signed["digest"],
                    "Signature": signed["signature"],
                    "X-Drone-Event": "build",
                    "Accept-Encoding": "gzip",
                },
                body,
            )
        )
    return requests


def sample(verify: Callable[[dict[str, str], bytes], Any], requests: list[tuple[dict[str, str], bytes]], start: int) -> float:
    """Microseconds for one."""
    count, began = 0, time.perf_counter()
    while True:
        for headers, body in requests[start:] + requests[:start]:
            if not verify(headers, body):
                raise AssertionError("a good request was refused")
        count += len(requests)
        spent = time.perf_counter() - began
        if spent >= SAMPLE_SECONDS:
            return spent / count * 1e6


def hot(size: int) -> dict[str, float]:
    """Medians in microseconds, and the median of the ratios."""
    requests = ring(size, forged=False)
    verifier = Verifier(SECRET)
    contestants: dict[str, Callable[[dict[str, str], bytes], Any]] = {
        "native": lambda headers, body: native.verify(headers, body, SECRET, time.time()),
        "ours": lambda headers, body: verifier.verify(headers, body),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS):
        for name in random.sample(list(contestants), len(contestants)):
            times[name].append(sample(contestants[name], requests, number % RING))
    ratios = [ours / theirs for ours, theirs in zip(times["ours"], times["native"])]
    return {"native": statistics.median(times["native"]), "ours": statistics.median(times["ours"]), "ratio": statistics.median(ratios)}


LOAD = """
import time, wasmtime
began = time.perf_counter()
import drone_webhooks
imported = time.perf_counter()
drone_webhooks.Verifier("d8fa5c314f7b1f5cac27d34e157e3459")
print((imported - began) * 1e3, (time.perf_counter() - imported) * 1e3)
"""


def load(environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds to import the package once wasmtime is there, and from there to the first verifier that is ready; in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOAD], env={**os.environ, **environment}, check=True, capture_output=True, text=True)
    imported, loaded = done.stdout.split()
    return float(imported), float(loaded)


def loads() -> dict[str, float]:
    """The first time, and from the cache."""
    with tempfile.TemporaryDirectory() as folder:
        cached = {"DRONE_WEBHOOKS_CACHE": f"{folder}/cache"}
        first = statistics.median(load({"DRONE_WEBHOOKS_CACHE": "off"})[1] for _ in range(9))
        load(cached)
        again = [load(cached) for _ in range(15)]
        return {
            "import": statistics.median(each[0] for each in again),
            "first": first,
            "cached": statistics.median(each[1] for each in again),
        }


def main() -> None:
    """Prints the numbers."""
    results: dict[str, Any] = {name: hot(size) for name, size in SIZES.items()}
    results["load"] = loads()
    results["calls"] = "direct" if calls.BINDINGS is not None else "public"
    if "--json" in sys.argv:
        print(json.dumps(results))
        return
    for name in SIZES:
        print(f"{name:>6}: {results[name]['ours']:6.1f} us, by hand {results[name]['native']:6.1f} us: {results[name]['ratio']:.2f} times")
    times = results["load"]
    print(f"  load: {times['first']:.1f} ms the first time, {times['cached']:.1f} ms from the cache, besides {times['import']:.1f} ms to import")
    print(f" calls: {results['calls']}")


if __name__ == "__main__":
    main()
