"""Starts one process and ends it, with all that it has started, once whoever waits for it is gone.

Run as `python -c SOURCE COMMAND SIZE`: COMMAND is a JSON list, and the first SIZE bytes of the
standard input are the command's. After them the input stays open; where it ends, the worker has
died, has been cancelled or was told to stop. That also works where the worker was killed, or is in
the middle of a computation.
"""

import ctypes
import json
import os
import signal
import sys
import threading

# See prctl(2); Linux alone has it.
PR_SET_PDEATHSIG = 1

CHUNK = 1 << 20


def main(command: list[str], size: int) -> None:
    # A group of its own: one call ends all that is in it, and no signal for others reaches it.
    os.setsid()
    parent = os.getpid()
    inward, outward = os.pipe()
    # Nobody else forks here, and the thread that forks is the one that waits: the kernel's
    # signal comes when that thread ends.
    child = os.fork()
    if child == 0:
        execute(command, inward, parent)
    os.close(inward)
    threading.Thread(target=feed, args=(outward, size), daemon=True).start()
    _, status = os.waitpid(child, 0)
    end = {"type": "exit", "code": os.waitstatus_to_exitcode(status)}
    os.write(1, b"\n" + json.dumps(end).encode() + b"\n")
    os.killpg(0, signal.SIGKILL)


def execute(command: list[str], inward: int, parent: int) -> None:
    """Becomes the command, which dies with its parent."""
    try:
        os.dup2(inward, 0)
        if sys.platform == "linux":
            # If this process is killed, there is nobody to end the group.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(127)
        os.execv(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]} cannot be run: {error}".encode())
    finally:
        os._exit(127)


def feed(outward: int, size: int) -> None:
    """Hands on what is the command's, then waits for the end."""
    while size > 0:
        chunk = os.read(0, min(size, CHUNK))
        if not chunk:
            os.killpg(0, signal.SIGKILL)
        size -= len(chunk)
        write(outward, chunk)
    os.close(outward)
    while os.read(0, CHUNK):
        pass
    os.killpg(0, signal.SIGKILL)


def write(outward: int, chunk: bytes) -> None:
    try:
        while chunk:
            chunk = chunk[os.write(outward, chunk) :]
    except BrokenPipeError:
        # It has ended, which the other thread tells.
        pass


main(json.loads(sys.argv[1]), int(sys.argv[2]))
