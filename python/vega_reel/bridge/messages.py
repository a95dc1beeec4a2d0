"""Lines of JSON, some of which are followed by as many bytes as their `bytes` says."""

import json
import threading
from collections.abc import Iterator
from typing import IO, Any


def read_messages(file: IO[bytes]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yields each message with its bytes, until the input ends."""
    while line := file.readline():
        if line == b"\n":
            continue
        message = json.loads(line)
        size = message.get("bytes", 0)
        payload = file.read(size) if size else b""
        if len(payload) < size:
            return
        yield message, payload


class Writer:
    """Writes messages from any thread. Once nobody reads, they are dropped."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        if payload:
            message = {**message, "bytes": len(payload)}
        line = json.dumps(message).encode() + b"\n"
        with self._lock:
            try:
                self._file.write(line)
                self._file.write(payload)
                self._file.flush()
            except (BrokenPipeError, ValueError):
                pass
