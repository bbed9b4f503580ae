"""A receiver in Django, in one file: `gunicorn django_app:app`, `uvicorn django_app:asgi`, or `python django_app.py runserver`."""

import os
import sys

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.urls import path

from drone_webhooks import Webhooks
from drone_webhooks.django import view

settings.configure(ALLOWED_HOSTS=["127.0.0.1", "localhost"], ROOT_URLCONF=__name__, SECRET_KEY=os.urandom(32).hex())
django.setup()

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


urlpatterns = [path("hook", view(webhooks))]
app = get_wsgi_application()
asgi = get_asgi_application()

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
