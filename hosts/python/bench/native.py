"""What a careful person writes by hand, with the standard library alone: the same checks as the package makes by default."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime

PARAMETER = re.compile(r'([a-zA-Z]+)="([^"]*)"')


def verify(headers: Mapping[str, str], body: bytes, secret: bytes, now: float, tolerance: float = 300) -> bool:
    """Whether the request is authentic and fresh."""
    lower = {name.lower(): value for name, value in headers.items()}
    signature = lower.get("signature")
    if signature is None:
        return False
    parameters = dict(PARAMETER.findall(signature))
    if parameters.get("algorithm") not in ("hmac-sha256", "hs2019"):
        return False
    names = parameters.get("headers", "").split(" ")
    if "date" not in names or "digest" not in names:
        return False
    try:
        signing_string = "\n".join([f"{name}: {lower[name]}" for name in names])
        given = base64.b64decode(parameters["signature"], validate=True)
    except (KeyError, ValueError):
        return False
    if not hmac.compare_digest(hmac.digest(secret, signing_string.encode(), "sha256"), given):
        return False
    try:
        date = parsedate_to_datetime(lower["date"])
    except ValueError:
        return False
    if abs(date.replace(tzinfo=timezone.utc).timestamp() - now) > tolerance:
        return False
    algorithm, _, digest = lower["digest"].partition("=")
    if algorithm.lower() != "sha-256":
        return False
    expected = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return hmac.compare_digest(digest, expected)
