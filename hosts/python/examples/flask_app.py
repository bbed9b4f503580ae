"""A receiver in Flask: `gunicorn flask_app:app`, or `flask --app flask_app run`."""

import os

from flask import Flask

from drone_webhooks import Webhooks
from drone_webhooks.flask import view

webhooks = Webhooks(os.environ["DRONE_WEBHOOK_SECRET"])


@webhooks.on("build.completed")
def completed(delivery):
    repo, build = delivery.payload["repo"], delivery.payload["build"]
    print(f"completed {repo['slug']} {build['status']}", flush=True)


@webhooks.on_refused
def refused(error, headers):
    print(f"refused {error.code}", flush=True)


app = Flask(__name__)
app.add_url_rule("/hook", view_func=view(webhooks), methods=["POST"])
