"""Starts the library, which is a program for Deno."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent

# Where the library is: beside this file in an installed package, else in its repository.
LIBRARIES = (HERE / "kernel-lib", HERE.parents[1] / "kernel-lib")

# How long a program may take to end once it is asked to, in seconds.
PATIENCE = 10


def deno() -> str:
    """The Deno that DENO_PATH names, else PyPI's, else PATH's."""
    given = os.environ.get("DENO_PATH")
    if given:
        return given
    try:
        from deno import find_deno_bin

        return str(find_deno_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("deno")
    if found is None:
        raise FileNotFoundError(
            "Cannot start Vega Reel as there is no Deno: `pip install deno`, or set DENO_PATH to it"
        )
    return found


def command(name: str) -> list[str]:
    """The beginning of the command line of one of the program's commands."""
    start = [deno(), "run", "--quiet", "--no-check", "--allow-all"]
    for library in LIBRARIES:
        for program in ("cli.js", "cli.ts"):
            if (library / program).exists():
                return [*start, str(library / program), name]
    raise FileNotFoundError(f"Cannot start Vega Reel as its library is not in '{LIBRARIES[0]}'")


def run(args: list[str], text: str) -> tuple[int, str, str]:
    """Runs a program to its end, or ends it where this one is interrupted.

    Returns its exit code and what it has written to its standard output and error.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        args, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8"
    ) as child:
        try:
            output, errors = child.communicate(text)
        except BaseException:
            child.terminate()
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
            raise
        return child.returncode, output, errors
