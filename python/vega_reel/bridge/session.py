"""What tasks can see of the bridge from outside their engine: a folder, while it lives."""

import fcntl
import json
import os
import shutil
import socket
import tempfile
import time
import uuid
from typing import Any

# A folder whose bridge died without removing it, in seconds.
STALE = 24 * 3600


class Session:
    """A folder that tells tasks whether they are wanted, and takes how far they are.

    Engines that have such ways of their own do not need it. On machines that do not see the
    folder a task that was cancelled ends when its segment does.
    """

    def __init__(self) -> None:
        name = uuid.uuid4().hex
        self.topic = f"vega-reel-{name}"
        sessions = sessions_folder()
        self._disc = mark(sessions)
        self.folder = os.path.join(sessions, name)
        os.mkdir(self.folder, 0o700)
        # The system takes the lock back when this process ends, however that comes.
        self._lease = open(os.path.join(self.folder, "lease"), "w")
        fcntl.flock(self._lease, fcntl.LOCK_EX)

    def describe(self) -> dict[str, str]:
        """What tasks are told."""
        place = {"folder": self.folder, "disc": self._disc, "topic": self.topic}
        return {**place, "host": socket.gethostname()}

    def touch(self) -> None:
        """Shows that the bridge is alive."""
        os.utime(self._lease.name)

    def cancel(self, task: str, attempt: int) -> None:
        """Tells a task that is under way that it is not wanted any more."""
        with open(os.path.join(self.folder, f"{task}.{attempt}.cancelled"), "w"):
            pass

    def progress(self) -> list[dict[str, Any]]:
        """Takes what tasks have told."""
        signs = []
        for entry in os.scandir(self.folder):
            if entry.name.endswith(".progress"):
                try:
                    with open(entry.path) as file:
                        signs.append(json.load(file))
                    os.unlink(entry.path)
                except (OSError, ValueError):
                    pass
        return signs

    def close(self) -> None:
        """Tells all tasks that nobody wants them any more."""
        shutil.rmtree(self.folder, ignore_errors=True)


def sessions_folder() -> str:
    """In the user's home, which the machines of a cluster often share."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(home, "vega-reel", "sessions")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        remove_stale(folder)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return tempfile.mkdtemp(prefix="vega-reel-")


def mark(folder: str) -> str:
    """What tells this folder from one of the same path on another machine's disc."""
    path = os.path.join(folder, "disc")
    if not os.path.exists(path):
        handle, temporary = tempfile.mkstemp(dir=folder)
        with open(handle, "w") as file:
            file.write(uuid.uuid4().hex)
        try:
            # Whole, and only where nobody was first.
            os.link(temporary, path)
        except FileExistsError:
            pass
        os.unlink(temporary)
    with open(path) as file:
        return file.read()


def remove_stale(folder: str) -> None:
    """Removes what bridges have left that were killed."""
    for entry in os.scandir(folder):
        try:
            if time.time() - os.stat(os.path.join(entry.path, "lease")).st_mtime > STALE:
                shutil.rmtree(entry.path)
        except OSError:
            pass
