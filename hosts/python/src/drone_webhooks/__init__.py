"""Verifies the webhooks that Drone CI signs: signature, body, freshness, then a typed event.

>>> from drone_webhooks import sign, verify
>>> secret = "d8fa5c314f7b1f5cac27d34e157e3459"  # DRONE_WEBHOOK_SECRET
>>> body = b'{"event":"build","action":"updated","build":{"number":7,"status":"success"}}'
>>> headers = sign(body, secret)  # what Drone would send
>>> verify(headers, body, secret).payload["build"]["status"]
'success'
"""

from .codes import Code
from .delivery import Delivery, is_completed
from .errors import InboxError, InboxFullError, ModuleError, WebhookVerificationError
from .explain import Cause, Explanation, Step, explain
from .inbox import Inbox, MemoryInbox
from .options import EXTENSION_HEADERS
from .payload import Build, Payload, Repo, Stage, System, User
from .payload import Step as BuildStep
from .sign import SignedHeaders, sign
from .verifier import Authenticated, Verifier, verify
from .webhooks import Reception, Webhooks

__all__ = [
    "EXTENSION_HEADERS",
    "Authenticated",
    "Build",
    "BuildStep",
    "Cause",
    "Code",
    "Delivery",
    "Explanation",
    "Inbox",
    "InboxError",
    "InboxFullError",
    "MemoryInbox",
    "ModuleError",
    "Payload",
    "Reception",
    "Repo",
    "SignedHeaders",
    "Stage",
    "Step",
    "System",
    "User",
    "Verifier",
    "WebhookVerificationError",
    "Webhooks",
    "explain",
    "is_completed",
    "sign",
    "verify",
]
