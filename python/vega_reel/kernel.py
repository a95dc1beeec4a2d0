"""Deno's Jupyter kernel, in which `vega-reel` can be imported from any folder.

Deno takes no import map when it is started as a kernel. So the kernel is sent a request before any
other, which installs a hook for that one name. The request is sent by a process of its own, as this
one becomes Deno: Jupyter sends its signals to it.
"""

import hashlib
import hmac
import json
import os
import sys
import threading
import time
import uuid
from datetime import datetime, timezone

from .program import become, deno, library

# Seconds for which the kernel may take to start.
PATIENCE = 60

# Milliseconds between attempts to connect: Jupyter's own clients try every 100.
RECONNECT = 2


def main(connection_file: str) -> None:
    """Becomes the kernel of a connection file."""
    # Loaded before there is a kernel: whoever connects first is heard first.
    import zmq

    with open(connection_file, encoding="utf-8") as file:
        connection = json.load(file)
    kernel = os.getpid()
    if os.name == "nt":
        threading.Thread(target=prepare, args=[zmq, connection, kernel], daemon=True).start()
    elif os.fork() == 0:
        # A child's child is nobody's to wait for.
        if os.fork() == 0:
            prepare(zmq, connection, kernel)
        os._exit(0)
    else:
        os.wait()
    become([deno(), "jupyter", "--kernel", "--conn", connection_file])


def prepare(zmq, connection: dict, kernel: int) -> None:
    """Has the kernel run the library's own preparation, and waits until it has."""
    program = library() / "prepare_kernel.js"
    code = f"await import({json.dumps(program.as_uri())}); undefined"
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
        separator = ":" if connection["transport"] == "tcp" else "-"
        address = separator.join([connection["ip"], str(connection["shell_port"])])
        socket.connect(f"{connection['transport']}://{address}")
        socket.send_multipart(execute_request(code, connection["key"]))
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and _runs(kernel) and not socket.poll(500):
            pass


def _runs(process: int) -> bool:
    # On Windows this would end it; there the thread ends with the process.
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def execute_request(code: str, key: str) -> list[bytes]:
    """A silent request to run code, signed with a key.

    https://jupyter-client.readthedocs.io/en/stable/messaging.html
    """
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": uuid.uuid4().hex,
        "username": "vega-reel",
        "date": datetime.now(timezone.utc).isoformat(),
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    signature = hmac.new(key.encode(), b"".join(parts), hashlib.sha256).hexdigest()
    return [b"<IDS|MSG>", signature.encode(), *parts]


if __name__ == "__main__":
    main(sys.argv[1])
