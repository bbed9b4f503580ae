"""What has to be begun anew in a forked process: whatever another thread of its parent may have been holding. Knows nothing of what that is."""

from __future__ import annotations

import os
import weakref
from typing import Any, Callable


def in_child(begin: Callable[[], Any]) -> None:
    """Calls this method in every forked process, for as long as its object lives."""
    method = weakref.WeakMethod(begin)

    def call() -> None:
        living = method()
        if living is not None:
            living()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=call)
