"""A receiver in FastAPI: `uvicorn fastapi_app:app`."""

import os

from fastapi import FastAPI

from drone_webhooks import Webhooks
from drone_webhooks.fastapi import router

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
async def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


app = FastAPI()
app.include_router(router(webhooks, "/hook"))
