"""Loky: processes of this machine, by joblib's makers."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future

import loky
from loky.process_executor import BrokenProcessPool, ShutdownExecutorError

from .engine import Engine

# Workers without work end after so many seconds.
IDLE = 60

# Otherwise a worker would wait for work when the bridge has been killed.
ENDS_WITH_PARENT = """
import os, threading, time
parent = os.getppid()
def watch():
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
threading.Thread(target=watch, daemon=True).start()
"""


class LokyEngine(Engine):
    """A pool of loky. One worker that dies breaks it for all, so it is made again."""

    def __init__(self, workers: int | None) -> None:
        super().__init__(None, workers or os.cpu_count() or 1)
        self.slots = self._workers
        self._lock = threading.Lock()
        self.executor = self._start()

    def _start(self) -> loky.ProcessPoolExecutor:
        # As text: workers need not find this package.
        first = {"initializer": exec, "initargs": (ENDS_WITH_PARENT, {})}
        return loky.ProcessPoolExecutor(max_workers=self._workers, timeout=IDLE, **first)

    def submit(self, label: str, call: tuple, pin: None = None) -> Future:
        while True:
            pool = self.executor
            try:
                return pool.submit(*call)
            except (BrokenProcessPool, ShutdownExecutorError):
                self._replace(pool)

    def _replace(self, broken: loky.ProcessPoolExecutor) -> None:
        with self._lock:
            if broken is not self.executor:
                return
            self.executor = self._start()
        threading.Thread(target=broken.shutdown, kwargs={"kill_workers": True}, daemon=True).start()

    def close(self) -> None:
        self.executor.shutdown(wait=True, kill_workers=True)
