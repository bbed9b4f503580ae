"""Why a request is refused: every step told, and the causes, tried on the bytes. It has a module of its own, which is loaded on first use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, Optional, TypedDict, Union, cast

from . import module
from .body import bytes_of
from .errors import WebhookVerificationError
from .headers import Headers, pack_all
from .instance import Instance, Pool, ask_plain
from .options import DEFAULT_TOLERANCE, Secrets, Time, check, timestamp
from .record import optional_text, text, u32
from .verifier import head_of


class Step(TypedDict):
    """One step of the verification. Nothing in it is secret, unless `reveal` asks for the MAC."""

    step: str
    """`bounds`, `signature`, `parameters`, `algorithm`, `key`, `policy`, `signing_string`, `mac`, `freshness`, `body` or `payload`."""
    status: Literal["passed", "failed", "skipped"]
    """`skipped`: steps before it gave nothing to work on."""
    code: Optional[str]
    """Of a failed step: why it refuses the request."""
    received: Optional[str]
    """What the request has for it, at most 2 KiB."""
    computed: Optional[str]
    """What was made of it, or is asked of it."""
    message: str
    """What that means, in a sentence; may change."""


class Cause(TypedDict):
    """Something that went wrong, and is known to have. It holds no secret."""

    code: str
    """Stable, such as `secret_whitespace`."""
    message: str
    """What it is, in a sentence; may change."""
    evidence: str
    """What of this request shows it; may change."""
    fix: str
    """What to do about it; may change."""
    sender: Optional[str]
    """For `other_sender`: GitHub, Gitea, GitLab, Bitbucket or Harness."""


class Explanation(TypedDict):
    """A request, explained."""

    ok: bool
    """Whether `verify` and reading `payload` would not raise."""
    code: Optional[str]
    """The code that they would raise."""
    steps: list[Step]
    """All eleven, in their order."""
    signing_string: Optional[str]
    """What the signature must be over, where it can be told."""
    causes: list[Cause]
    """The best first. None for a request that is accepted as it was received, nor for a refusal that no cause explains."""


_explainers = Pool(lambda: Instance(module.EXPLAINER))


def explain(
    headers: Headers,
    body: object,
    secret: Secrets,
    *,
    tolerance: Union[int, float] = DEFAULT_TOLERANCE,
    required_headers: Optional[Sequence[str]] = None,
    max_body_bytes: Optional[int] = None,
    max_header_bytes: Optional[int] = None,
    max_headers: Optional[int] = None,
    now: Optional[Time] = None,
    method: Optional[str] = None,
    url: Optional[str] = None,
    reveal: bool = False,
) -> Explanation:
    """Every step of the verification told, and the causes of a refusal: what was tried on the bytes and found to be so, and what to do about it.

    For people who hold the secret: send nothing of it to the network. It takes some milliseconds, and less than a second for a body of 5 MB.
    `body` may be anything; of what a parser made, it is tried whether it stands for the body that was signed. `reveal` shows the right MAC in the
    step `mac`: whoever reads it can send this request, whoever made it.

    Raises `config_invalid` for a mistake in the options or in the form of the headers, and nothing for whatever the request is.
    """
    settings = check(secret, tolerance, required_headers, max_body_bytes, max_header_bytes, max_headers, None)
    seconds = settings.clock() if now is None else timestamp(now, "now")
    head = head_of(seconds, 1, pack_all(headers), method, url)
    record = u32(1 if reveal else 0) + settings.configuration + head + _body_of(body)
    told = json.loads(ask_plain("explain", record, _explainers))
    told["signing_string"] = told.pop("signingString")
    return cast(Explanation, told)


def _body_of(body: object) -> bytes:
    try:
        return u32(1) + text(bytes_of(body))
    except WebhookVerificationError as error:
        return u32(4) + text(str(error).encode(errors="replace")) + optional_text(_printed(body))


def _printed(body: object) -> Optional[bytes]:
    """The text of what a parser may have made, or of what was decoded."""
    if isinstance(body, str):
        return body.encode(errors="replace")
    if not isinstance(body, (dict, list)):
        return None
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return None
