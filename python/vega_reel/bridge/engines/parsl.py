"""Parsl: pilot jobs on clusters, as a configuration describes them."""

from __future__ import annotations

import os
import runpy

import parsl
from parsl.concurrent import ParslPoolExecutor

from .engine import Engine, EngineError


def load_parsl(path: str) -> ParslEngine:
    """Loads a configuration: the variable `config` of a Python file."""
    if not os.path.isfile(path):
        raise EngineError(f"there is no file '{path}'")
    config = runpy.run_path(path).get("config")
    if not isinstance(config, parsl.Config):
        raise EngineError(
            f"'{path}' must have a parsl.Config called 'config': it is {type(config).__name__}"
        )
    return ParslEngine(parsl.load(config))


class ParslEngine(Engine):
    """Parsl with its configuration loaded. It cannot cancel, so tasks look for that themselves."""

    def __init__(self, kernel: parsl.DataFlowKernel) -> None:
        super().__init__(ParslPoolExecutor(dfk=kernel), None)
        self._kernel = kernel

    def workers(self) -> int:
        count = 0
        for executor in self._kernel.executors.values():
            managers = getattr(executor, "connected_managers", None)
            if managers is not None:
                count += sum(manager["worker_count"] for manager in managers())
        return count

    def close(self) -> None:
        self._kernel.cleanup()
