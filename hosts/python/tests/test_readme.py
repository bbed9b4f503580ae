"""Every program of the README runs, and does what stands beside it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from serving import Server
from test_servers import GUNICORN, UVICORN, build, signed

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^<!-- test: ([^\n]+) -->\n```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
PROGRAMS = dict(BLOCKS)
SERVERS = {
    "a receiver in Flask": [*GUNICORN, "--chdir", "{folder}", "program:app"],
    "a receiver in FastAPI": [*UVICORN, "--app-dir", "{folder}", "program:app"],
    "a receiver in Django": [*GUNICORN, "--chdir", "{folder}", "program:app"],
    "a receiver in ASGI": [*UVICORN, "--app-dir", "{folder}", "program:app"],
    "a receiver in WSGI": [*GUNICORN, "--chdir", "{folder}", "program:app"],
}
# What a Django project has besides.
AROUND = {
    "a receiver in Django": (
        "import os, django\nfrom django.conf import settings\nsettings.configure(ALLOWED_HOSTS=['127.0.0.1'], ROOT_URLCONF=__name__, SECRET_KEY='x')\ndjango.setup()\n",
        "\nfrom django.core.wsgi import get_wsgi_application\napp = get_wsgi_application()\n",
    )
}


def test_every_program_is_tested() -> None:
    text = README.read_text("utf-8")
    assert text.count("```python") == len(PROGRAMS)
    assert set(SERVERS) <= set(PROGRAMS)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in SERVERS])
def test_a_program_prints_what_stands_beside_it(name: str) -> None:
    program = PROGRAMS[name]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    expected = re.findall(r"print\(.*\)  # (.+)$", program, re.MULTILINE)
    assert expected
    assert done.stdout.splitlines() == expected


@pytest.mark.parametrize("name", SERVERS)
def test_a_receiver_receives(name: str, tmp_path: Path) -> None:
    before, after = AROUND.get(name, ("", ""))
    (tmp_path / "program.py").write_text(before + PROGRAMS[name] + after)
    server = Server([word.format(folder=tmp_path) for word in SERVERS[name]])
    try:
        body = build()
        assert server.send(body, headers=signed(body)).status == 202
        server.wait_for(re.compile("octocat/hello success"))
        assert server.send(body, headers=signed(body, "another")).status == 401
    finally:
        server.close()
