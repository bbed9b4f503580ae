"""A server in a process of its own, on a port that the system gives, and requests to it byte by byte."""

from __future__ import annotations

import http.client
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Optional

EXAMPLES = Path(__file__).parents[1] / "examples"
SECRET = "d8fa5c314f7b1f5cac27d34e157e3459"
PATIENCE = 30.0

_PORT = re.compile(r"(?:https?://127\.0\.0\.1:|listening on )(\d+)")


class Server:
    """Started, and ended by its process id."""

    def __init__(self, command: list[str], folder: Path = EXAMPLES) -> None:
        environment = {**os.environ, "DRONE_WEBHOOK_SECRET": SECRET, "PYTHONUNBUFFERED": "1", "PORT": "0"}
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        self.printed: list[str] = []
        self._lines: queue.Queue[Optional[str]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.port = int(self.wait_for(_PORT)[1])
        except AssertionError:
            self.close()
            raise

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """The first line from here on that has it."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line with {pattern.pattern!r} came; these did:\n" + "".join(self.printed))
            found = pattern.search(line)
            if found is not None:
                return found

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def send(
        self, body: bytes = b"", *, method: str = "POST", path: str = "/hook", headers: Any = (), length: Optional[int] = None, chunked: bool = False
    ) -> Response:
        """One request; `length` announces more or less than is sent."""
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *[f"{name}: {value}" for name, value in pairs]]
        if chunked:
            head.append("Transfer-Encoding: chunked")
            middle = len(body) // 2
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:middle], body[middle:])) + b"0\r\n\r\n"
        elif method == "POST":
            head.append(f"Content-Length: {len(body) if length is None else length}")
        with self.connect() as connection:
            connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
            return Response(connection)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            self._lines.put(line)
        self._lines.put(None)


class Response:
    def __init__(self, connection: socket.socket) -> None:
        response = http.client.HTTPResponse(connection)
        response.begin()
        self.status = response.status
        self.text = response.read().decode()
        self.headers = {name.lower(): value for name, value in response.getheaders() if name.lower() not in ("date", "server")}
