"""The vectors of hosts/conformance, as its README has them."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("DRONE_WEBHOOKS_CONFORMANCE", Path(__file__).parents[2] / "conformance"))


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def bytes_of(parts: list[dict[str, Any]]) -> bytes:
    return b"".join(base64.b64decode(part["base64"]) * part["times"] for part in parts)


def pairs(headers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["name"], each["value"]) for each in headers for _ in range(each["times"])]


def secret_of(config: dict[str, Any]) -> Any:
    if "keys" in config:
        return {key_id: [base64.b64decode(each) for each in given] for key_id, given in config["keys"].items()}
    return [base64.b64decode(each) for each in config.get("secrets", [])]


def options_of(config: dict[str, Any]) -> dict[str, Any]:
    names = {
        "tolerance": "tolerance",
        "requiredHeaders": "required_headers",
        "maxBodyBytes": "max_body_bytes",
        "maxHeaderBytes": "max_header_bytes",
        "maxHeaders": "max_headers",
    }
    return {ours: config[theirs] for theirs, ours in names.items() if theirs in config}


VERDICTS = cases("verdicts") + cases("mutations")
SIGNED = cases("signed")
CAUSES = cases("causes")

GOOD = next(each for each in VERDICTS if each["code"] is None and each["name"].startswith("recorded") and "requiredHeaders" not in each["config"])
SECRET = secret_of(GOOD["config"])
HEADERS = pairs(GOOD["headers"])
BODY = bytes_of(GOOD["body"])
NOW = GOOD["now"]
