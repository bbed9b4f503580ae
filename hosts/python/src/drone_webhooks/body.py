"""The raw body: what counts as bytes, and the advice for those who have something else. Knows no signature."""

from __future__ import annotations

from typing import Union

from .errors import body_not_bytes, kind_of

Body = Union[bytes, bytearray, memoryview]
"""A raw body. What can be changed is copied first."""

_ADVICE = (
    "Flask: request.get_data(), never request.json; Django: request.body; FastAPI and Starlette: await request.body(); "
    "WSGI: environ['wsgi.input'].read(); AWS Lambda: event['body'].encode(), and base64.b64decode(event['body']) where isBase64Encoded"
)


def bytes_of(body: object) -> bytes:
    """The bytes of a body; raises `body_not_bytes` for anything else, text included: nobody knows what it was decoded from."""
    if type(body) is bytes:
        return body
    if isinstance(body, (bytes, bytearray, memoryview)):
        try:
            return bytes(body)
        except ValueError as error:
            raise body_not_bytes("the body is a memoryview that was released: pass the raw bytes") from error
    raise body_not_bytes(f"the body is {kind_of(body)}, not the raw bytes that were signed: {_reason(body)}. {_ADVICE}")


def _reason(body: object) -> str:
    if isinstance(body, str):
        return "it was decoded on the way, and encoded again it need not be the same"
    if isinstance(body, (dict, list)):
        return "it was parsed, and printed again it is not the same"
    if hasattr(body, "__await__"):
        return "it has to be awaited first"
    if hasattr(body, "read"):
        return "it has to be read first"
    return "pass what came over the wire, before anything has parsed it"
