"""What a worker does: one task of a job, in one Deno process.

This file is sent to workers as text and run there, so it needs nothing but Python's own library,
and none of the package has to be installed where the tasks run.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import IO, Any

# What a task is to do, and what it returns: plain data, as they travel.
Arguments = dict[str, Any]
Result = dict[str, Any]

# How often a task looks whether it is still wanted, in seconds.
POLL = 0.1

# How often a task tells how far it is, and at the latest, in seconds.
TELL = 0.25
SIGN_OF_LIFE = 5

# A bridge that did not touch its lease for so many seconds is dead.
LEASE = 90

# How much of a process' own words an error repeats.
WORDS = 2000

# What is kept for other tasks on a machine: bytes, and the seconds for which nothing goes.
KEPT_BYTES = 8 * 2**30
KEPT_SECONDS = 3600

# The heap that a process may have, in MB, and the part of the free memory.
HEAP_LIMIT = 4000
HEAP_SHARE = 0.6


class Problem(Exception):
    """What keeps this machine from rendering at all."""


class Cancelled(Exception):
    """Nobody wants the task any more."""


def run(args: Arguments) -> Result:
    """Does one task; what it returns is plain data."""
    place = {"where": socket.gethostname(), "worker": worker_address(args)}
    try:
        return {**place, **ACTIONS[args["action"]](args)}
    except Problem as problem:
        return {**place, "problem": str(problem)}
    except Cancelled:
        return {**place, "cancelled": True}


def identify(args: Arguments) -> Result:
    """What of this machine decides bytes, asked once in each process."""
    state = process_state()
    key = json.dumps(args["identify"], sort_keys=True)
    with state.lock:
        if key not in state.parts:
            state.parts[key] = ask(args)
        return {"parts": state.parts[key]}


def ask(args: Arguments) -> dict[str, str]:
    """Asks a Deno process what of this machine decides bytes."""
    header = {"type": "identify", "ffmpeg": find_ffmpeg(args), **args["identify"]}
    outcome = Run(args, header, b"").finish()
    if "result" in outcome:
        return json.loads(outcome["result"])
    error = outcome.get("error") or {}
    words = error.get("message") or outcome.get("words") or "it ended without a word"
    raise Problem(f"its Deno cannot run Vega Reel: {words}")


def store(args: Arguments) -> Result:
    """Keeps what many tasks share, under its hash."""
    blob = args["blob"]
    if hashlib.sha256(blob).hexdigest() != args["hash"]:
        raise Problem(f"what was sent as {args['hash'][:12]} arrived as something else")
    path = os.path.join(kept_folder(), args["hash"])
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".")
    try:
        with open(handle, "wb") as file:
            file.write(blob)
        os.replace(temporary, path)
    except OSError as error:
        os.unlink(temporary)
        raise Problem(f"its folder for what tasks share cannot be written: {error}") from error
    prune(os.path.dirname(path))
    return {"stored": args["hash"], "bytes": len(blob)}


def render(args: Arguments) -> Result:
    """Does a task, if the machine is one that gives the same bytes and has what the task needs."""
    if not Wanted(args)():
        raise Cancelled
    parts = identify(args)["parts"]
    if parts != args["parts"]:
        return {"mismatch": parts}
    folder = kept_folder()
    missing = [[name, size] for name, size in args["needs"] if not has(folder, name, size)]
    if missing:
        return {"missing": [name for name, _ in missing]}
    header = {**args["header"], "folder": folder, "ffmpeg": find_ffmpeg(args)}
    return Run(args, header, args["payload"]).finish()


def idle(args: Arguments) -> Result:
    """Gives what was rendered before, for measuring what the way alone takes."""
    folder = kept_folder()
    [[name, size]] = args["needs"]
    if not has(folder, name, size):
        return {"missing": [name]}
    with open(os.path.join(folder, name), "rb") as file:
        return {"result": file.read(), "logs": []}


ACTIONS = {"identify": identify, "store": store, "scan": render, "render": render, "idle": idle}


class Run:
    """One Deno process, watched until it ends."""

    def __init__(self, args: Arguments, header: dict[str, Any], payload: bytes) -> None:
        self.args = args
        self.frame: int | None = None
        self.stage = "open"
        self.done = 0
        self.logs: list[list] = []
        self.outcome: Result = {}
        self.code: int | None = None
        self.heap = heap_limit(args)
        self.wanted = Wanted(args)
        self.told = 0.0
        self.told_done = -1
        self.frame_since = time.monotonic()
        line = json.dumps({**header, "bytes": len(payload)}).encode() + b"\n"
        entry = find_entry(args)
        command = [find_deno(args), "run", "-A", "--no-check", "--quiet", "--no-lock"]
        command += [f"--v8-flags=--max-old-space-size={self.heap}", entry]
        shim = [sys.executable, "-I", "-S", "-c", args["shim"], json.dumps(command)]
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [*shim, str(len(line) + len(payload))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **args["environment"], "NO_COLOR": "1"},
            cwd=tempfile.gettempdir(),
        )
        try:
            self.process.stdin.write(line)
            self.process.stdin.write(payload)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def finish(self) -> Result:
        """Waits for the process, and ends it where it is not wanted or too slow.

        Raises Cancelled where it is not wanted.
        """
        with self.errors:
            try:
                self.watch()
            finally:
                # Whatever happened here, nothing of it is left.
                self.process.stdin.close()
                self.process.stdout.read()
                self.process.stdout.close()
                self.process.wait()
            size = self.errors.seek(0, os.SEEK_END)
            self.errors.seek(max(0, size - WORDS))
            words = self.errors.read().decode(errors="replace").strip()
        place = {"frame": self.frame, "stage": self.stage, "heap": self.heap, "logs": self.logs}
        if self.outcome:
            return {**place, **self.outcome}
        return {**place, "died": self.code, "words": words}

    def watch(self) -> None:
        messages = Messages(self.process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not self.outcome:
                if selector.select(POLL):
                    if not messages.read():
                        return
                    for message, payload in messages:
                        self.take(message, payload)
                self.tell()
                if not self.wanted():
                    raise Cancelled
                limit = self.args.get("timeout")
                if limit and self.frame is not None and not self.outcome:
                    if time.monotonic() - self.frame_since > limit:
                        self.outcome = {"timeout": limit}

    def take(self, message: dict[str, Any], payload: bytes) -> None:
        kind = message.get("type")
        if kind == "activity":
            if (message["frame"], message["done"]) != (self.frame, self.done):
                self.frame_since = time.monotonic()
            self.frame, self.done = message["frame"], message["done"]
            self.stage = message["stage"]
        elif kind == "log":
            self.logs.append([message["frame"], message["level"], message["text"]])
        elif kind == "result":
            self.outcome = {"result": payload}
        elif kind == "error":
            self.outcome = {"error": message["error"]}
        elif kind == "exit":
            self.code = message["code"]

    def tell(self) -> None:
        now = time.monotonic()
        if now - self.told < (TELL if self.done != self.told_done else SIGN_OF_LIFE):
            return
        if self.args["action"] in ("scan", "render"):
            self.told, self.told_done = now, self.done
            self.wanted.tell(self.done)


class Messages:
    """Lines of JSON from a pipe, some of which are followed by so many bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.descriptor = file.fileno()
        self.buffer = bytearray()

    def read(self) -> bool:
        """Takes what there is; false at the end."""
        chunk = os.read(self.descriptor, 1 << 20)
        self.buffer += chunk
        return len(chunk) > 0

    def __iter__(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        while True:
            end = self.buffer.find(b"\n")
            if end == -1:
                return
            message = self.parse(bytes(self.buffer[:end]))
            size = message.get("bytes", 0)
            if len(self.buffer) < end + 1 + size:
                return
            payload = bytes(self.buffer[end + 1 : end + 1 + size])
            del self.buffer[: end + 1 + size]
            if message:
                yield message, payload

    @staticmethod
    def parse(line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
            return message if isinstance(message, dict) else {}
        except ValueError:
            # The user's code may write to the standard output, too.
            return {}


class Wanted:
    """Whether a task is still wanted, and the way to tell how far it is.

    A cancelled task cannot be relied on to be stopped by its engine. Dask tells it in the state
    that its worker keeps of it, even where the client has died; otherwise it is told by the
    bridge's folder, where this machine sees it.
    """

    def __init__(self, args: Arguments) -> None:
        self.args = args
        self.key: str | None = None
        self.dask = dask_worker(args)
        if self.dask is not None:
            self.key = self.dask.get_current_task()
        self.lease: str | None = None
        self.folder = args["session"]["folder"]
        if self.sees_folder():
            self.lease = os.path.join(self.folder, "lease")
        self.is_here = args["session"]["host"] == socket.gethostname()
        self.touched: int | None = None
        self.seen = time.monotonic()

    def __call__(self) -> bool:
        if self.key is not None:
            state = self.dask.state.tasks.get(self.key)
            if state is None or state.state == "cancelled":
                return False
        if self.lease is None:
            return True
        return self.is_held() and not os.path.exists(self.flag("cancelled"))

    def sees_folder(self) -> bool:
        """Whether this machine has the bridge's disc; its folder may be gone already."""
        try:
            with open(os.path.join(os.path.dirname(self.folder), "disc")) as file:
                return file.read() == self.args["session"]["disc"]
        except OSError:
            return False

    def is_held(self) -> bool:
        """Whether the bridge is alive, as its lease shows."""
        try:
            touched = os.stat(self.lease).st_mtime_ns
        except OSError:
            return False
        if self.is_here and is_unlocked(self.lease):
            return False
        now = time.monotonic()
        if touched != self.touched:
            self.touched, self.seen = touched, now
        # Clocks of other machines differ: only changes are looked at.
        return now - self.seen < LEASE

    def flag(self, name: str) -> str:
        return os.path.join(self.folder, f"{self.args['id']}.{self.args['attempt']}.{name}")

    def tell(self, done: int) -> None:
        """Tells how many frames are done."""
        sign = {"id": self.args["id"], "attempt": self.args["attempt"], "done": done}
        sign["where"] = socket.gethostname()
        try:
            if self.dask is not None:
                self.dask.log_event(self.args["session"]["topic"], sign)
            elif self.lease is not None:
                path = self.flag("progress")
                with open(path + "~", "w") as file:
                    json.dump(sign, file)
                os.replace(path + "~", path)
        except Exception:
            # Nobody may be there any more to hear it.
            pass


def is_unlocked(path: str) -> bool:
    """True once the process that held a lock on a file has ended, even if nobody has noticed."""
    try:
        with open(path) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


def dask_worker(args: Arguments) -> Any:
    """The worker of Dask that does this task; None on other engines."""
    if args["engine"] != "dask":
        return None
    from distributed import get_worker

    try:
        return get_worker()
    except ValueError:
        return None


def worker_address(args: Arguments) -> str | None:
    """By what the bridge can choose this worker again, where the engine lets it."""
    worker = dask_worker(args)
    return worker.address if worker is not None else None


def process_state() -> types.ModuleType:
    """What lasts as long as the worker's process; the text of this file is run for each task."""
    fresh = types.ModuleType("_vega_reel_worker")
    fresh.lock = threading.Lock()
    fresh.parts = {}
    return sys.modules.setdefault("_vega_reel_worker", fresh)


def find_deno(args: Arguments) -> str:
    """The Deno of this machine."""

    def installed() -> str:
        import deno

        return str(deno.find_deno_bin())

    return find_program("Deno", "deno", "DENO_PATH", args["deno"], installed)


def find_ffmpeg(args: Arguments) -> str:
    """The ffmpeg of this machine."""

    def installed() -> str:
        import imageio_ffmpeg

        return imageio_ffmpeg.get_ffmpeg_exe()

    return find_program("ffmpeg", "imageio-ffmpeg", "FFMPEG_PATH", args["ffmpeg"], installed)


def find_program(
    name: str, package: str, variable: str, given: str, installed: Callable[[], str]
) -> str:
    """The program that a variable names, else the driver's, else PATH's, else a package's."""
    own = os.environ.get(variable)
    if own:
        if is_program(own):
            return own
        raise Problem(f"its {variable} is '{own}', which cannot be run")
    # On a file system that machines share, the driver's own is the one that fits.
    if is_program(given):
        return given
    found = shutil.which(name.lower())
    if found:
        return found
    try:
        return installed()
    except (ImportError, OSError, RuntimeError) as error:
        raise Problem(
            f"it has no {name}: install vega-reel or {package} from PyPI there, "
            f"or set {variable} to its path"
        ) from error


def find_entry(args: Arguments) -> str:
    """The program that renders: VEGA_REEL_ENTRY's, the driver's, else the installed package's."""
    own = os.environ.get("VEGA_REEL_ENTRY")
    if own:
        return own
    if os.path.exists(args["entry"]):
        return args["entry"]
    try:
        from vega_reel.bridge import entry

        return entry()
    except ImportError as error:
        raise Problem(
            "it has no Vega Reel: install vega-reel from PyPI there, put it on a file system that "
            "the machines share, or set VEGA_REEL_ENTRY to its remote.ts or remote.js"
        ) from error


def is_program(path: str) -> bool:
    return os.path.isabs(path) and os.path.isfile(path) and os.access(path, os.X_OK)


def heap_limit(args: Arguments) -> int:
    """As on one machine: a share of the memory, for each process that runs here at a time."""
    available = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        with open("/proc/meminfo") as file:
            lines = dict(line.split(":", 1) for line in file)
        available = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        pass
    share = available / int(args["slots"] or os.environ.get("PARSL_WORKER_COUNT") or 1)
    worker = dask_worker(args)
    if worker is not None:
        limit = getattr(getattr(worker, "memory_manager", None), "memory_limit", None)
        share = min(limit or available, available) / max(1, worker.state.nthreads)
    return int(max(64, min(HEAP_LIMIT, HEAP_SHARE * share / 2**20)))


def kept_folder() -> str:
    """Where what tasks share is kept on this machine, for its user alone."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    temporary = os.path.join(tempfile.gettempdir(), f"vega-reel-{os.getuid()}")
    for folder in (os.path.join(home, "vega-reel", "shared"), temporary):
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if os.access(folder, os.W_OK) and os.stat(folder).st_uid == os.getuid():
                return folder
        except OSError:
            continue
    raise Problem("it has no folder where what tasks share can be kept")


def has(folder: str, name: str, size: int) -> bool:
    """Whether something is kept here; it stays for a while then."""
    path = os.path.join(folder, name)
    try:
        if os.stat(path).st_size != size:
            return False
        os.utime(path)
        return True
    except OSError:
        return False


def prune(folder: str) -> None:
    """What was not used for longest goes first, but nothing that a task may be about to use."""
    try:
        found = [(entry.stat(), entry) for entry in os.scandir(folder)]
    except OSError:
        return
    size = sum(stat.st_size for stat, _ in found)
    for stat, entry in sorted(found, key=lambda item: item[0].st_mtime):
        if size <= KEPT_BYTES or time.time() - stat.st_mtime < KEPT_SECONDS:
            return
        try:
            shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)
            size -= stat.st_size
        except OSError:
            pass
