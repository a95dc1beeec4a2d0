"""Usage: python -m vega_reel.bridge EXECUTOR, with messages on standard input and output."""

import os
import signal
import sys
import threading
import traceback

from .bridge import Bridge
from .engines import EngineError, connect
from .messages import Writer, read_messages
from .session import Session

# Seconds that an engine has to give up its tasks.
CLOSE = 10


def main(name: str) -> int:
    """Serves one job; returns the exit code."""
    # Jupyter's Stop is for the kernel, which then ends this program by ending its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What engines print must not come between the messages.
    writer = Writer(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    # An environment need not be active for its commands to be found; Parsl looks for its own.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    messages = read_messages(sys.stdin.buffer)
    setup, _ = next(messages)
    try:
        engine = connect(name)
    except EngineError as error:
        writer.send({"type": "failed", "words": str(error)})
        return 1
    except Exception as error:
        traceback.print_exc()
        writer.send({"type": "failed", "words": f"{type(error).__name__}: {error}"})
        return 1
    bridge = Bridge(engine, Session(), writer, setup["setup"])
    writer.send({"type": "ready", "workers": engine.workers()})
    for message, payload in messages:
        bridge.handle(message, payload)
    threading.Timer(CLOSE, os._exit, [1]).start()
    bridge.close()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1])
    # Threads of engines may go on for ever.
    sys.stderr.flush()
    os._exit(code)
