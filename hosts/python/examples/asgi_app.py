"""A receiver without a framework, in ASGI: `uvicorn asgi_app:app`."""

import os

from drone_webhooks import Webhooks, asgi

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
async def completed(delivery):
    print("completed", delivery.payload["repo"]["slug"], delivery.payload["build"]["status"], flush=True)


@webhooks.on_refused
def refused(error, headers):
    print("refused", error.code, flush=True)


app = asgi.app(webhooks, path="/hook")
