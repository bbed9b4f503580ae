"""A receiver without a framework, in WSGI: `gunicorn wsgi_app:app`, `waitress-serve wsgi_app:app`, or `python wsgi_app.py`."""

import os
from wsgiref.simple_server import make_server

from drone_webhooks import Webhooks, wsgi

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


app = wsgi.app(webhooks, path="/hook")

if __name__ == "__main__":
    with make_server("127.0.0.1", int(os.environ.get("PORT", "8000")), app) as server:
        print(f"listening on {server.server_port}", flush=True)
        server.serve_forever()
