"""Dask: workers come and go, data move between them, tasks have names on its dashboard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import dask
from distributed import Client

from .engine import Engine, EngineError


def connect_dask(address: str) -> DaskEngine:
    """Connects to a scheduler: its address, its file, or what Dask's own configuration says.

    TLS and other security are as Dask's configuration has them, and so is the time to wait.
    """
    place = {"scheduler_file": address} if address.endswith(".json") else {"address": address}
    try:
        client = Client(**(place if address else {}), name="vega-reel")
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        raise EngineError(f"Dask's scheduler cannot be reached: {error}") from error
    return DaskEngine(client)


class DaskEngine(Engine):
    """A client of Dask, and the cluster that is to be closed with it."""

    name = "dask"

    def __init__(self, client: Client, owner: Any = None) -> None:
        super().__init__(None, None)
        self.client = client
        self.owner = owner
        self._shared = {}
        self._lock = threading.Lock()
        self._number = 0
        # Such as `resources`: what tasks need of a worker is for the cluster's configuration to say.
        self._needs = dask.config.get("vega-reel", {})

    def submit(self, label: str, call: tuple, pin: str | None = None) -> Future:
        with self._lock:
            self._number += 1
            number = self._number
        # The dashboard shows what stands before the dash. A key that was there before would be
        # the same task, so each attempt has its own.
        key = f"{label.replace('-', ' ')}-{self.client.id[-12:]}{number:08x}"
        where = {"workers": [pin], "allow_other_workers": False} if pin else self._needs
        return self.client.submit(*call, key=key, pure=False, retries=0, **where)

    def cancel(self, future: Future) -> None:
        future.cancel()

    def share(self, name: str, blob: bytes) -> Any:
        """Sends the bytes to one worker; the others have them from each other."""
        with self._lock:
            future = self._shared.get(name)
            if future is None or future.status in ("lost", "cancelled", "error"):
                future = self.client.scatter(blob, hash=False)
                self._shared[name] = future
        return future

    def workers(self) -> int:
        return sum(self.client.nthreads().values())

    def pins(self) -> list[str]:
        return list(self.client.nthreads())

    def listen(self, topic: str, heard: Callable[[dict[str, Any]], None]) -> bool:
        def hear(event: tuple[float, dict[str, Any]]) -> None:
            _, message = event
            heard(message)

        self.client.subscribe_topic(topic, hear)
        return True

    def close(self) -> None:
        self._shared.clear()
        self.client.close(timeout=5)
        if self.owner is not None:
            self.owner.close()
