"""Forks while other threads are in the middle of verifications; the children verify, and load a module that their parent has not: run by test_module.py."""

from __future__ import annotations

import os
import threading
import warnings

from vectors import BODY, HEADERS, NOW, SECRET

from drone_webhooks import Verifier, explain

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads, and that is what is tried here
os.environ["DRONE_WEBHOOKS_CACHE"] = "off"
verifier = Verifier(SECRET)
good = verifier.verify(HEADERS, BODY, now=NOW).id
stopped = threading.Event()


def run() -> None:
    while not stopped.is_set():
        assert verifier.verify(HEADERS, BODY, now=NOW).id == good


def child() -> bool:
    [parents] = [verifier._pool._idle or [None]]
    right = all(verifier.verify(HEADERS, BODY, now=NOW).id == good for _ in range(100))
    own = all(each not in parents for each in verifier._pool._idle)
    return right and own and explain(HEADERS, BODY, SECRET, now=NOW)["ok"]


threads = [threading.Thread(target=run) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(8):
    process = os.fork()
    if process == 0:
        os._exit(0 if child() else 1)
    print("good" if os.waitpid(process, 0)[1] == 0 else "bad", flush=True)
stopped.set()
for thread in threads:
    thread.join()
print("good" if verifier.verify(HEADERS, BODY, now=NOW).id == good else "bad")
