"""What the bridge asks of an engine: little more than a `concurrent.futures.Executor`."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class EngineError(Exception):
    """Why an engine cannot be used; the message is for the user."""


class Engine:
    """An engine that is nothing but an executor.

    Subclasses add what theirs can do besides.
    """

    # Tells the task which engine's means it has.
    name = "executor"

    # Whether workers that are gone come back, so that waiting for them makes sense.
    restores_workers = True

    # How many workers a machine has, where that is known.
    slots: int | None = None

    def __init__(self, executor: Executor | None, workers: int | None) -> None:
        self.executor = executor
        self._workers = workers

    def submit(self, label: str, call: tuple, pin: Any = None) -> Future:
        """Submits `call`, a function and its arguments.

        `label` names it to people. `pin` is a worker that `pins` or a task named, and should
        do it, where the engine can choose. Returns a future with `add_done_callback`.
        """
        return self.executor.submit(*call)

    def cancel(self, future: Future) -> None:
        """Asks to cancel; whether that comes true is known by the task alone."""
        try:
            future.cancel()
        except NotImplementedError:
            pass

    def share(self, name: str, blob: bytes) -> Any:
        """What stands for bytes in the arguments of a call: the bytes, or a reference to them."""
        return blob

    def workers(self) -> int:
        """How many tasks can run at a time, now."""
        return self._workers

    def pins(self) -> list:
        """The workers that can be chosen, so that each is looked at; None stands for any."""
        return [None] * self.workers()

    def listen(self, topic: str, heard: Callable[[dict[str, Any]], None]) -> bool:
        """Calls `heard` with what tasks tell, where the engine carries that.

        Returns False where it does not.
        """
        return False

    def close(self) -> None:
        """Gives the engine back."""
        try:
            self.executor.shutdown(wait=False, cancel_futures=True)
        except (NotImplementedError, TypeError):
            self.executor.shutdown(wait=False)


def executor_workers(executor: Executor) -> int:
    """How many workers an executor of unknown make has."""
    return getattr(executor, "_max_workers", None) or os.cpu_count() or 1
