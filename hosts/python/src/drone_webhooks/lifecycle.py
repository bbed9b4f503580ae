"""What becomes of a build, told once, although Drone repeats itself: `build.completed`, `build.failed`, `build.fixed`. In memory, and so once per process."""

from __future__ import annotations

import collections
import threading
from typing import Any, NamedTuple, Optional

from .delivery import Delivery, is_completed
from .forks import in_child

NAMES = ("build.completed", "build.failed", "build.fixed")
"""The names that are derived; Drone sends none of them."""

# A cancelled, skipped or declined build says nothing about the code: it neither fails nor fixes a branch.
_FAILED = ("failure", "error")
_SUCCEEDED = "success"

# Beyond these the oldest are forgotten. A repeated final update comes within minutes.
_REMEMBERED_BUILDS = 100_000
_REMEMBERED_BRANCHES = 10_000
# Builds that end out of order are few.
_REMEMBERED_RESULTS = 20


class _Result(NamedTuple):
    number: int
    failed: bool


class _About(NamedTuple):
    repo: str
    number: int
    line: str


class Lifecycle:
    """Remembers which builds are at their end, and how those of a branch ended."""

    def __init__(self) -> None:
        self._begin()
        in_child(self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._told: collections.OrderedDict[tuple[str, int], tuple[str, list[str]]] = collections.OrderedDict()
        self._branches: collections.OrderedDict[tuple[str, str], list[_Result]] = collections.OrderedDict()

    def names_of(self, delivery: Delivery) -> list[str]:
        """Which of the derived names are due.

        The same delivery gets the same answer however often it is asked for; other deliveries of the same build get none.
        """
        payload: dict[str, Any] = dict(delivery.payload)
        if delivery.event != "build" or not is_completed(payload):
            return []
        build = payload["build"]
        status = build["status"]
        names = ["build.completed", *(["build.failed"] if status in _FAILED else [])]
        about = _which_build(payload.get("repo"), build)
        # Without a number every delivery is a build of its own.
        if about is None:
            return names
        with self._lock:
            known = self._told.get((about.repo, about.number))
            if known is not None:
                return known[1] if known[0] == delivery.id else []
            if (status in _FAILED or status == _SUCCEEDED) and self._fixes(about, status in _FAILED):
                names.append("build.fixed")
            self._told[about.repo, about.number] = (delivery.id, names)
            _keep(self._told, _REMEMBERED_BUILDS)
        return names

    def _fixes(self, about: _About, failed: bool) -> bool:
        """Adds a result to its branch, and says whether it fixed it."""
        results = self._branches.setdefault((about.repo, about.line), [])
        self._branches.move_to_end((about.repo, about.line))
        _keep(self._branches, _REMEMBERED_BRANCHES)
        # An earlier build that succeeds after a later one has fixed nothing.
        is_last = all(each.number < about.number for each in results)
        fixed = is_last and not failed and _is_broken(results)
        results.append(_Result(about.number, failed))
        del results[:-_REMEMBERED_RESULTS]
        return fixed


def _is_broken(results: list[_Result]) -> bool:
    """Whether a failure was told of and no newer success since."""
    broken, latest = False, -1
    for number, failed in results:
        if failed:
            broken = True
        elif number > latest:
            broken = False
        latest = max(latest, number)
    return broken


def _which_build(repo: object, build: dict[str, Any]) -> Optional[_About]:
    name = (repo.get("id") or repo.get("slug")) if isinstance(repo, dict) else None
    number = build.get("number")
    if not isinstance(name, (int, str)) or not isinstance(number, int):
        return None
    return _About(str(name), number, _line_of(build))


def _line_of(build: dict[str, Any]) -> str:
    """What a build is compared within: its branch; a pull request, a tag, and each target of promotions are lines of their own."""
    event, target, ref = build.get("event"), build.get("target"), build.get("ref")
    if event in ("pull_request", "tag"):
        return str(ref or f"{event} {target}")
    if event in ("promote", "rollback"):
        return f"{build.get('deploy_to')} from {target or ref}"
    return str(target or ref or "")


def _keep(entries: collections.OrderedDict[Any, Any], most: int) -> None:
    while len(entries) > most:
        entries.popitem(last=False)
