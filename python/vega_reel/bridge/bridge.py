"""Gives tasks to an engine, and sees to it that each has exactly one outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from importlib import resources
from typing import Any

from .engines import Engine
from .messages import Writer
from .session import Session

# Runs the text of `task` on a worker: nothing that is not Python's own is looked up there.
EXPRESSION = "(exec(compile(source, 'vega_reel_task', 'exec'), scope), scope['run'](args))[1]"

# How often a task may die with its worker, and its process by the system.
DEATHS = 5
KILLS = 2

# How often a task may not find what it needs, each time on another machine.
MISSES = 20

# Seconds between looks at everything.
TICK = 0.5

# Seconds without a sign after which a task that gave one is taken for lost.
SILENCE = 120

# Seconds for which workers are waited for that are busy and were not looked at yet.
CHECK = 60

# Seconds after which a job ends that has no worker, where none would come back, and after which one
# ends whose engine does not answer.
NO_WORKERS = 15
NO_ENGINE = 60


class Task:
    """One task, over all of its attempts."""

    def __init__(
        self,
        name: str,
        action: str,
        label: str,
        arguments: dict[str, Any],
        done: Callable[[dict[str, Any] | None], None] | None,
        pin: Any = None,
    ) -> None:
        self.name = name
        self.action = action
        self.label = label
        self.arguments = arguments
        self.done = done
        self.pin = pin
        self.attempt = 0
        self.future: Future | None = None
        self.deaths = 0
        self.kills = 0
        self.misses = 0
        self.sign: float | None = None
        self.began = time.monotonic()
        # What is on its way to the machine where it is missing.
        self.awaits: set[tuple[str, str]] = set()


class Bridge:
    """The tasks of one job on one engine."""

    def __init__(
        self, engine: Engine, session: Session, writer: Writer, setup: dict[str, Any]
    ) -> None:
        self._engine = engine
        self._session = session
        self._writer = writer
        self._setup = setup
        self._lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._blobs: dict[str, bytes] = {}
        # Who waits for what is on its way to a machine.
        self._deliveries: dict[tuple[str, str], list[Task]] = {}
        self._workers: int | None = None
        self._pins: set = set()
        self._answered = self._worked = time.monotonic()
        # What it has said instead of an answer.
        self._silence = ""
        self._check: tuple[dict, dict] | None = None
        self._ended = threading.Event()
        self._number = 0
        self._source = text_of("task.py")
        self._shim = text_of("shim.py")
        self._listens = engine.listen(session.topic, self._heard)
        for target in (self._ask, self._watch):
            threading.Thread(target=target, daemon=True).start()

    def handle(self, message: dict[str, Any], payload: bytes) -> None:
        """Does what the library asks for."""
        kind = message["type"]
        if kind == "blob":
            self._blobs[message["hash"]] = payload
        elif kind == "forget":
            for name in message["hashes"]:
                self._blobs.pop(name, None)
        elif kind == "check":
            self._begin_check(message)
        elif kind == "task":
            self._begin(message, payload)
        elif kind == "cancel":
            self._cancel(message["id"])

    def close(self) -> None:
        """Gives up all tasks, and the engine."""
        self._ended.set()
        with self._lock:
            tasks, self._tasks = list(self._tasks.values()), {}
        self._session.close()
        for task in tasks:
            if task.future is not None:
                self._engine.cancel(task.future)
        self._engine.close()

    # What the library asks for.

    def _begin(self, message: dict[str, Any], payload: bytes) -> None:
        identify, parts = self._check or (None, None)
        arguments = {
            "identify": identify,
            "parts": parts,
            "needs": message.get("needs", []),
            "header": message["header"],
            "timeout": message.get("timeout"),
            "payload": payload,
        }
        name = message["id"]

        def done(result: dict[str, Any]) -> None:
            self._finish(name, result)

        self._launch(Task(name, message["action"], message["label"], arguments, done))

    def _finish(self, name: str, result: dict[str, Any]) -> None:
        result = dict(result)
        payload = result.pop("result", None)
        kind = "failure" if payload is None else "result"
        self._writer.send({**result, "type": kind, "id": name}, payload or b"")

    def _begin_check(self, message: dict[str, Any]) -> None:
        """Looks at every worker that there is; those that come later are looked at by tasks."""
        self._check = (message["identify"], message["parts"])
        pins = self._engine.pins() or [None]
        waiting = set()
        seen = []

        def done(task: Task, result: dict[str, Any] | None) -> None:
            with self._lock:
                if result is not None:
                    seen.append(result)
                    if result.get("parts") != message["parts"]:
                        self._writer.send({**result, "type": "unfit"})
                waiting.discard(task.name)
                if waiting:
                    return
            if seen:
                self._writer.send({"type": "checked", "id": message["id"]})
            else:
                # All of them have gone: whoever comes next.
                self._launch(look(None))

        def look(pin: Any) -> Task:
            arguments = {"identify": message["identify"]}
            task = Task(self._unnamed(), "identify", "look at worker", arguments, None, pin)
            task.done = lambda result: done(task, result)
            waiting.add(task.name)
            return task

        for task in [look(pin) for pin in pins]:
            self._launch(task)

    def _cancel(self, name: str) -> None:
        with self._lock:
            task = self._tasks.pop(name, None)
        if task is None:
            return
        if task.future is not None:
            self._engine.cancel(task.future)
        self._session.cancel(name, task.attempt)

    # The life of a task.

    def _unnamed(self) -> str:
        with self._lock:
            self._number += 1
            return f"own{self._number}"

    def _launch(self, task: Task, after: int = 0) -> None:
        """Submits the attempt after that one, unless another has, or nobody wants it any more."""
        with self._lock:
            if self._ended.is_set() or task.attempt != after:
                return
            if after == 0:
                self._tasks[task.name] = task
            elif self._tasks.get(task.name) is not task:
                return
            task.attempt = attempt = after + 1
            task.sign = None
            task.future = None
        arguments = {
            **self._setup,
            **task.arguments,
            "action": task.action,
            "id": task.name,
            "attempt": attempt,
            "engine": self._engine.name,
            "slots": self._engine.slots,
            "session": self._session.describe(),
            "shim": self._shim,
        }
        if task.action == "store":
            name = task.arguments["hash"]
            arguments["blob"] = self._engine.share(name, self._blobs[name])
        scope = {"source": self._source, "args": arguments, "scope": {}}
        try:
            future = self._engine.submit(task.label, (eval, EXPRESSION, scope), task.pin)
        except Exception as error:
            self._died(task, attempt, error)
            return
        with self._lock:
            is_wanted = self._is_last(task, attempt)
            if is_wanted:
                task.future = future
        if is_wanted:
            future.add_done_callback(lambda done: self._settle(task, attempt, done))
        else:
            self._engine.cancel(future)

    def _is_last(self, task: Task, attempt: int) -> bool:
        """Whether an attempt is the last one of a task that is still wanted."""
        return self._tasks.get(task.name) is task and task.attempt == attempt

    def _settle(self, task: Task, attempt: int, future: Future) -> None:
        """Takes the outcome of an attempt, if it is the last one and still wanted."""
        with self._lock:
            if not self._is_last(task, attempt):
                return
        try:
            result = future.result()
        except BaseException as error:
            self._died(task, attempt, error)
            return
        if result.get("cancelled"):
            # Not by this bridge: the engine has taken it from its worker.
            self._died(task, attempt, RuntimeError(f"{result['where']} was told to stop it"))
        elif "missing" in result:
            self._deliver(task, attempt, result)
        elif result.get("died") == -9 and task.kills + 1 < KILLS:
            # Most likely the system had no memory left, which may be otherwise elsewhere.
            task.kills += 1
            self._launch(task, attempt)
        elif self._take(task, attempt):
            task.done(result)

    def _take(self, task: Task, attempt: int) -> bool:
        """Removes a task that has come to its end; false where that was so before."""
        with self._lock:
            if not self._is_last(task, attempt):
                return False
            del self._tasks[task.name]
            return True

    def _died(self, task: Task, attempt: int, error: BaseException) -> None:
        """The worker died with an attempt, or the engine has lost it."""
        with self._lock:
            if not self._is_last(task, attempt):
                return
            task.deaths += 1
            is_last = task.deaths >= DEATHS or self._ended.is_set()
        if task.action in ("store", "identify"):
            # Whoever waits for it asks again, or does without.
            if self._take(task, attempt):
                task.done(None)
        elif not is_last:
            self._launch(task, attempt)
        elif self._take(task, attempt):
            words = f"{type(error).__name__}: {error}"
            task.done({"where": None, "lost": task.deaths, "words": words[:500]})

    # What tasks share.

    def _deliver(self, task: Task, attempt: int, result: dict[str, Any]) -> None:
        """Sends what is missing to the machine, once for all of its tasks that miss it."""
        task.misses += 1
        if task.misses > MISSES and self._take(task, attempt):
            task.done({**result, "lost": task.misses, "words": "what it needs is not kept there"})
            return
        begin = []
        with self._lock:
            task.future = None
            for name in result["missing"]:
                key = (name, result["where"])
                task.awaits.add(key)
                if key in self._deliveries:
                    self._deliveries[key].append(task)
                    continue
                self._deliveries[key] = [task]
                begin.append(self._delivery(key, result["worker"]))
        for delivery in begin:
            self._launch(delivery)

    def _delivery(self, key: tuple[str, str], pin: Any) -> Task:
        name, _ = key
        label = f"send {len(self._blobs[name]) / 1e6:.1f} MB"
        task = Task(self._unnamed(), "store", label, {"hash": name}, None, pin)

        def done(result: dict[str, Any] | None) -> None:
            if result is not None and "stored" in result:
                self._writer.send({"type": "delivered", "hash": name, "size": result["bytes"]})
            with self._lock:
                waiting = self._deliveries.pop(key, [])
                for other in waiting:
                    other.awaits.discard(key)
                ready = [(t, t.attempt) for t in waiting if not t.awaits]
            if result is not None and "problem" in result:
                self._writer.send({**result, "type": "unfit"})
            for other, attempt in ready:
                self._launch(other, attempt)

        task.done = done
        return task

    # What happens meanwhile.

    def _heard(self, sign: dict[str, Any]) -> None:
        with self._lock:
            task = self._tasks.get(sign["id"])
            if task is None or task.attempt != sign["attempt"]:
                return
            task.sign = time.monotonic()
        progress = {"id": sign["id"], "done": sign["done"], "where": sign["where"]}
        self._writer.send({"type": "progress", **progress})

    def _ask(self) -> None:
        """Asks for the workers that there are, again and again; some engines never answer."""
        while True:
            try:
                workers, pins = self._engine.workers(), self._engine.pins()
            except Exception as error:
                self._silence = f": {type(error).__name__}: {error}"
            else:
                if workers != self._workers:
                    self._writer.send({"type": "workers", "workers": workers})
                self._workers, self._pins, self._answered = workers, set(pins), time.monotonic()
            if self._ended.wait(TICK):
                return

    def _watch(self) -> None:
        while not self._ended.wait(TICK):
            try:
                self._look()
            except OSError:
                # The session's folder: this bridge is being closed, or the disc is full.
                pass

    def _look(self) -> None:
        self._session.touch()
        if not self._listens:
            for sign in self._session.progress():
                self._heard(sign)
        now = time.monotonic()
        workers, pins = self._workers, self._pins
        if now - self._answered > NO_ENGINE:
            words = f"it does not answer any more{self._silence}"
            self._writer.send({"type": "failed", "words": words})
            return
        if workers is None:
            return
        if workers > 0 or self._engine.restores_workers:
            self._worked = now
        elif now - self._worked > NO_WORKERS:
            self._writer.send({"type": "failed", "words": "none of its workers is left"})
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            attempt, future = task.attempt, task.future
            is_gone = task.pin is not None and task.pin not in pins
            is_late = task.action == "identify" and task.pin and now - task.began > CHECK
            is_silent = task.sign is not None and now - task.sign > SILENCE
            if is_gone or is_late or is_silent:
                if future is not None:
                    self._engine.cancel(future)
                # It may only be out of sight.
                self._session.cancel(task.name, attempt)
                self._died(task, attempt, RuntimeError("its worker gives no sign"))


def text_of(name: str) -> str:
    """The text of a file beside this one."""
    return resources.files(__package__).joinpath(name).read_text()
