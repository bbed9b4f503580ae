"""Receiving in Django."""

from __future__ import annotations

from typing import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt

from .receive import Answer, Pending, Request, begin, check_webhooks, declared_length
from .webhooks import Webhooks


def view(webhooks: Webhooks) -> Callable[[HttpRequest], HttpResponse]:
    """A view for `path("hook", view(webhooks))`, without the check of CSRF tokens, which are for browsers; answers as `wsgi.app` does.

    Django's own `DATA_UPLOAD_MAX_MEMORY_SIZE` (2.5 MB) bounds the body as well. Raises `config_invalid` for what are no `Webhooks`.
    """
    check_webhooks(webhooks)

    @csrf_exempt  # type: ignore[untyped-decorator, unused-ignore]
    def drone_webhook(request: HttpRequest) -> HttpResponse:
        answer = _receive(webhooks, request)
        return HttpResponse(answer.text, status=answer.status, headers=dict(answer.headers))

    return drone_webhook  # type: ignore[no-any-return, unused-ignore]


def _receive(webhooks: Webhooks, request: HttpRequest) -> Answer:
    length = request.META.get("CONTENT_LENGTH")
    head = Request(request.method or "", (request.path,), request.get_full_path(), request.headers, length)
    pending = begin(webhooks, None, head)
    if not isinstance(pending, Pending):
        return pending
    try:
        body = request.body
    except RequestDataTooBig:
        return pending.too_large()
    except RawPostDataException:
        return pending.not_bytes("the body was read before, by request.read() or request.POST, in a middleware perhaps, and its bytes are gone")
    except OSError as error:
        return pending.broken_off(error)
    declared = declared_length(length)
    return pending.broken_off() if declared is not None and len(body) < declared else pending.finish(body)
