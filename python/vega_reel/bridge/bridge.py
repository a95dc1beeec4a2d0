"""Gives tasks to an engine, and sees to it that each has exactly one outcome."""

import threading
import time
from importlib import resources

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

# Seconds after which a job ends that has no worker, where none would come back.
NO_WORKERS = 15


class Task:
    """One task, over all of its attempts."""

    def __init__(self, name, action, label, arguments, done, pin=None):
        self.name = name
        self.action = action
        self.label = label
        self.arguments = arguments
        self.done = done
        self.pin = pin
        self.attempt = 0
        self.future = None
        self.deaths = 0
        self.kills = 0
        self.misses = 0
        self.sign = None
        self.began = time.monotonic()
        # What is on its way to the machine where it is missing.
        self.awaits = set()


class Bridge:
    """The tasks of one job on one engine."""

    def __init__(self, engine, session, writer, setup):
        self._engine = engine
        self._session = session
        self._writer = writer
        self._setup = setup
        self._lock = threading.RLock()
        self._tasks = {}
        self._blobs = {}
        self._deliveries = {}
        self._workers = None
        self._worked = time.monotonic()
        self._check = None
        self._ended = threading.Event()
        self._number = 0
        self._source = text_of("task.py")
        self._shim = text_of("shim.py")
        self._listens = engine.listen(session.topic, self._heard)
        threading.Thread(target=self._watch, daemon=True).start()

    def handle(self, message, payload):
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

    def close(self):
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

    def _begin(self, message, payload):
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

        def done(result):
            self._finish(name, result)

        self._launch(Task(name, message["action"], message["label"], arguments, done))

    def _finish(self, name, result):
        result = dict(result)
        payload = result.pop("result", None)
        kind = "failure" if payload is None else "result"
        self._writer.send({**result, "type": kind, "id": name}, payload or b"")

    def _begin_check(self, message):
        """Looks at every worker that there is; those that come later are looked at by tasks."""
        self._check = (message["identify"], message["parts"])
        pins = self._engine.pins() or [None]
        waiting = set()
        seen = []

        def done(task, result):
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

        def look(pin):
            arguments = {"identify": message["identify"]}
            task = Task(self._unnamed(), "identify", "look at worker", arguments, None, pin)
            task.done = lambda result: done(task, result)
            waiting.add(task.name)
            return task

        for task in [look(pin) for pin in pins]:
            self._launch(task)

    def _cancel(self, name):
        with self._lock:
            task = self._tasks.pop(name, None)
            if task is None or task.future is None:
                return
            future, attempt = task.future, task.attempt
        self._engine.cancel(future)
        self._session.cancel(name, attempt)

    # The life of a task.

    def _unnamed(self):
        with self._lock:
            self._number += 1
            return f"own{self._number}"

    def _launch(self, task):
        with self._lock:
            if self._ended.is_set():
                return
            task.attempt += 1
            task.sign = None
            attempt = task.attempt
            self._tasks[task.name] = task
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
            arguments["blob"] = self._engine.share(task.arguments["hash"], self._blobs_of(task))
        scope = {"source": self._source, "args": arguments, "scope": {}}
        try:
            future = self._engine.submit(task.label, (eval, EXPRESSION, scope), task.pin)
        except Exception as error:
            self._died(task, attempt, error)
            return
        with self._lock:
            task.future = future
        future.add_done_callback(lambda done: self._settle(task, attempt, done))

    def _blobs_of(self, task):
        return self._blobs[task.arguments["hash"]]

    def _settle(self, task, attempt, future):
        """Takes the outcome of an attempt, if it is the last one and still wanted."""
        with self._lock:
            if self._tasks.get(task.name) is not task or task.attempt != attempt:
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
            self._deliver(task, result)
        elif result.get("died") == -9 and task.kills + 1 < KILLS:
            # Most likely the system had no memory left, which may be otherwise elsewhere.
            task.kills += 1
            self._launch(task)
        elif self._take(task, attempt):
            task.done(result)

    def _take(self, task, attempt):
        """Removes a task that has come to its end; false where that was so before."""
        with self._lock:
            if self._tasks.get(task.name) is not task or task.attempt != attempt:
                return False
            del self._tasks[task.name]
            return True

    def _died(self, task, attempt, error):
        """The worker died with an attempt, or the engine has lost it."""
        with self._lock:
            if self._tasks.get(task.name) is not task or task.attempt != attempt:
                return
            task.deaths += 1
            is_last = task.deaths >= DEATHS or self._ended.is_set()
        if task.action in ("store", "identify"):
            # Whoever waits for it asks again, or does without.
            if self._take(task, attempt):
                task.done(None)
        elif not is_last:
            self._launch(task)
        elif self._take(task, attempt):
            words = f"{type(error).__name__}: {error}"
            task.done({"where": None, "lost": task.deaths, "words": words[:500]})

    # What tasks share.

    def _deliver(self, task, result):
        """Sends what is missing to the machine, once for all of its tasks that miss it."""
        task.misses += 1
        if task.misses > MISSES and self._take(task, task.attempt):
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

    def _delivery(self, key, pin):
        name, _ = key
        label = f"send {len(self._blobs[name]) / 1e6:.1f} MB"
        task = Task(self._unnamed(), "store", label, {"hash": name}, None, pin)

        def done(result):
            if result is not None and "stored" in result:
                self._writer.send({"type": "delivered", "hash": name, "size": result["bytes"]})
            with self._lock:
                waiting = self._deliveries.pop(key, [])
                for other in waiting:
                    other.awaits.discard(key)
                ready = [t for t in waiting if not t.awaits and t.name in self._tasks]
            if result is not None and "problem" in result:
                self._writer.send({**result, "type": "unfit"})
            for other in ready:
                self._launch(other)

        task.done = done
        return task

    # What happens meanwhile.

    def _heard(self, sign):
        with self._lock:
            task = self._tasks.get(sign["id"])
            if task is None or task.attempt != sign["attempt"]:
                return
            task.sign = time.monotonic()
        progress = {"id": sign["id"], "done": sign["done"], "where": sign["where"]}
        self._writer.send({"type": "progress", **progress})

    def _watch(self):
        while not self._ended.wait(TICK):
            try:
                self._look()
            except Exception as error:
                # The engine cannot be asked now; its futures tell what becomes of that.
                self._writer.send({"type": "note", "words": f"{type(error).__name__}: {error}"})

    def _look(self):
        self._session.touch()
        if not self._listens:
            for sign in self._session.progress():
                self._heard(sign)
        workers = self._engine.workers()
        if workers != self._workers:
            self._workers = workers
            self._writer.send({"type": "workers", "workers": workers})
        now = time.monotonic()
        if workers > 0 or self._engine.restores_workers:
            self._worked = now
        pins = set(self._engine.pins())
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            attempt, future = task.attempt, task.future
            if now - self._worked > NO_WORKERS:
                if self._take(task, attempt):
                    words = "none of the engine's workers is left"
                    task.done({"where": None, "lost": 1, "words": words})
                continue
            is_gone = task.pin is not None and task.pin not in pins
            is_late = task.action == "identify" and task.pin and now - task.began > CHECK
            is_silent = task.sign is not None and now - task.sign > SILENCE
            if is_gone or is_late or is_silent:
                if future is not None:
                    self._engine.cancel(future)
                self._died(task, attempt, RuntimeError("its worker gives no sign"))


def text_of(name):
    return resources.files(__package__).joinpath(name).read_text()
