"""Whatever a user's own function returns, as an engine."""

import importlib
import os
import sys
from typing import Any

from .engine import Engine, EngineError, executor_workers

KNOWN = (
    "executors are dask:ADDRESS, loky:N, ipyparallel:PROFILE, parsl:CONFIG.py, "
    "and MODULE:FUNCTION of Python"
)


def from_factory(module: str, function: str) -> Engine:
    """Calls a function of a module, which is looked for in the working folder, too."""
    sys.path.insert(0, os.getcwd())
    try:
        imported = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0] and error.name != module:
            raise
        raise EngineError(f"there is no Python module '{module}': {KNOWN}") from error
    factory = getattr(imported, function, None)
    if not callable(factory):
        raise EngineError(f"'{module}' has no function '{function}': {KNOWN}")
    return from_object(factory(), f"{module}:{function}")


def from_object(thing: Any, name: str) -> Engine:
    """The engine of an executor, of a client or a cluster of Dask, or of a client of ipyparallel."""
    # A cluster of dask-jobqueue, dask-kubernetes or dask-gateway, or a local one.
    if hasattr(thing, "get_client") and not hasattr(thing, "submit"):
        from .dask import DaskEngine

        return DaskEngine(thing.get_client(), owner=thing)
    kind = type(thing).__module__.partition(".")[0]
    if kind == "distributed" and hasattr(thing, "scheduler_info"):
        from .dask import DaskEngine

        return DaskEngine(thing)
    if kind == "ipyparallel" and hasattr(thing, "load_balanced_view"):
        from .ipyparallel import IpyparallelEngine

        return IpyparallelEngine(thing)
    if callable(getattr(thing, "submit", None)):
        return Engine(thing, executor_workers(thing))
    raise EngineError(
        f"'{name}' must return an executor, or a client or cluster of Dask: it returned "
        f"{type(thing).__name__}"
    )
