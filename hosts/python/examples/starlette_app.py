"""A receiver in Starlette: `uvicorn starlette_app:app`."""

import os

from starlette.applications import Starlette

from drone_webhooks import Webhooks
from drone_webhooks.starlette import route

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


app = Starlette(routes=[route(webhooks, "/hook")])
