"""IPython parallel: engines of a cluster that somebody has started."""

from __future__ import annotations

from concurrent.futures import Future

import ipyparallel

from .engine import Engine, EngineError


def connect_ipyparallel(profile: str) -> IpyparallelEngine:
    """Connects to the cluster of a profile; its connection file says how, and by what keys."""
    try:
        client = ipyparallel.Client(profile=profile or "default", timeout=30)
    except (OSError, TimeoutError, ipyparallel.error.TimeoutError) as error:
        words = f"no cluster of ipyparallel's profile '{profile or 'default'}' answers"
        raise EngineError(f"{words}: {error}") from error
    return IpyparallelEngine(client)


class IpyparallelEngine(Engine):
    """A client of ipyparallel. Engines that die are not restored."""

    restores_workers = False

    def __init__(self, client: ipyparallel.Client) -> None:
        self.client = client
        self.view = client.load_balanced_view()
        super().__init__(self.view.executor, None)

    def submit(self, label: str, call: tuple, pin: int | None = None) -> Future:
        if pin is None:
            return self.executor.submit(*call)
        return self.client[pin].apply_async(*call)

    def cancel(self, future: Future) -> None:
        # Its `cancel()` says that it has, and the task runs. Tasks that wait can be taken back;
        # one that runs is told by the bridge's folder.
        try:
            self.view.abort(future, block=False)
        except Exception:
            pass

    def workers(self) -> int:
        # What the client knows by itself stays the same when the controller has gone.
        self.client.queue_status()
        return len(self.client.ids)

    def pins(self) -> list[int]:
        return list(self.client.ids)

    def close(self) -> None:
        self.client.close()
