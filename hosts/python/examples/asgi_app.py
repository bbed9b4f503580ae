"""A receiver without a framework, in ASGI: `uvicorn asgi_app:app`."""

import os

from drone_webhooks import Webhooks, asgi

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
async def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


app = asgi.app(webhooks, path="/hook")
