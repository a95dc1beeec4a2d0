"""Runs a Jupyter kernel for a program that speaks JSON lines.

Takes the kernel's name and its folder. Requests come on standard input:
{"op": "execute", "id": ..., "code": ...}, {"op": "interrupt"}, {"op": "status", "id": ...}.
Events go to standard output: "ready", "message" (what the kernel publishes), "reply", "status".
The kernel ends when standard input does.
"""

import base64
import json
import queue
import sys
import threading
import time

from jupyter_client import KernelManager


class Driver:
    def __init__(self, kernel, folder):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(cwd=folder)
        self.client = self.manager.client()
        self.lock = threading.Lock()
        self.ids = {}
        self.ended = False

    def run(self):
        threads = []
        try:
            self.client.start_channels()
            self.client.wait_for_ready(timeout=60)
            self.emit("ready", pid=self.manager.provisioner.process.pid)
            for receive, event in (
                (self.client.get_iopub_msg, "message"),
                (self.client.get_shell_msg, "reply"),
            ):
                threads.append(threading.Thread(target=self.forward, args=(receive, event)))
                threads[-1].start()
            for line in sys.stdin:
                self.serve(**json.loads(line))
        finally:
            self.ended = True
            for thread in threads:
                thread.join()
            self.client.stop_channels()
            self.manager.shutdown_kernel(now=True)

    def serve(self, op, id=None, code=None):
        if op == "execute":
            # The kernel may answer before its request's id is noted.
            with self.lock:
                self.ids[self.client.execute(code)] = id
        elif op == "interrupt":
            self.manager.interrupt_kernel()
        elif op == "status":
            self.emit("status", id=id, alive=self.manager.is_alive())

    def forward(self, receive, event):
        while not self.ended:
            try:
                message = receive(timeout=0.1)
            except queue.Empty:
                continue
            with self.lock:
                id = self.ids.get(message["parent_header"].get("msg_id"))
            buffers = [base64.b64encode(buffer).decode() for buffer in message["buffers"]]
            content = message["content"]
            self.emit(event, id=id, type=message["msg_type"], content=content, buffers=buffers)

    def emit(self, event, **values):
        line = json.dumps({"event": event, "time": time.time(), **values})
        with self.lock:
            print(line, flush=True)


Driver(*sys.argv[1:]).run()
