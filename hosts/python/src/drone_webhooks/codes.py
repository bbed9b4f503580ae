"""Every code. Generated from src/error.rs by `cargo xtask generate`. Do not edit."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """Why a request was refused, in the order of verification; equal to its name in lower case."""

    status: int
    """The HTTP status that a receiver answers."""

    def __new__(cls, name: str, status: int) -> Code:
        code = str.__new__(cls, name)
        code._value_ = name
        code.status = status
        return code

    def __str__(self) -> str:
        return str(self.value)

    HEADERS_TOO_LARGE = ("headers_too_large", 431)
    HEADER_MALFORMED = ("header_malformed", 401)
    SIGNATURE_MISSING = ("signature_missing", 401)
    SIGNATURE_DUPLICATED = ("signature_duplicated", 401)
    SIGNATURE_MALFORMED = ("signature_malformed", 401)
    ALGORITHM_UNSUPPORTED = ("algorithm_unsupported", 401)
    KEY_UNKNOWN = ("key_unknown", 401)
    HEADER_NOT_SIGNED = ("header_not_signed", 401)
    HEADER_MISSING = ("header_missing", 401)
    SIGNATURE_MISMATCH = ("signature_mismatch", 401)
    DATE_MALFORMED = ("date_malformed", 401)
    DATE_TOO_OLD = ("date_too_old", 401)
    DATE_IN_FUTURE = ("date_in_future", 401)
    CREATED_IN_FUTURE = ("created_in_future", 401)
    SIGNATURE_EXPIRED = ("signature_expired", 401)
    BODY_TOO_LARGE = ("body_too_large", 413)
    DIGEST_MALFORMED = ("digest_malformed", 401)
    DIGEST_UNSUPPORTED = ("digest_unsupported", 401)
    DIGEST_MISMATCH = ("digest_mismatch", 401)
    PAYLOAD_MALFORMED = ("payload_malformed", 422)
    EVENT_MISMATCH = ("event_mismatch", 422)
    CONFIG_INVALID = ("config_invalid", 500)
    BODY_NOT_BYTES = ("body_not_bytes", 500)


BY_NUMBER = dict(enumerate(Code, 1))
"""The codes by the numbers that the module gives."""
