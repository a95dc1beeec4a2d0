"""Starts the library, which is a program for Deno."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

from .ffmpeg import ffmpeg

HERE = Path(__file__).parent

# Where the library is: beside this file in an installed package, else in its repository.
LIBRARIES = (HERE / "kernel-lib", HERE.parents[1] / "kernel-lib")

# How long a program may take to end once it is asked to, in seconds.
PATIENCE = 10


def deno() -> str:
    """The Deno that DENO_PATH names, else PyPI's, else PATH's."""
    given = os.environ.get("DENO_PATH")
    if given:
        if (program := shutil.which(given)) is not None:
            return program
        raise FileNotFoundError(
            f"Cannot start Vega Reel as DENO_PATH must be that of a program: it is '{given}'"
        )
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


def library() -> Path:
    """The folder with the library.

    Raises FileNotFoundError where there is none.
    """
    for folder in LIBRARIES:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"Cannot start Vega Reel as its library is not in '{LIBRARIES[0]}'")


def environment() -> dict[str, str]:
    """The variables that the library runs with.

    It finds this Python and the programs of its environment, active or not, and an ffmpeg if there
    is one.
    """
    found = ffmpeg()
    own = {"VEGA_REEL_PYTHON": os.environ.get("VEGA_REEL_PYTHON") or sys.executable}
    if found is not None:
        own["FFMPEG_PATH"] = found
    path = [sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
    return {**os.environ, **own, "PATH": os.pathsep.join(filter(None, path))}


def become(args: list[str]) -> None:
    """Turns this process into another program, which thus gets its signals and its input."""
    if os.name == "nt":
        # Windows has no such thing.
        sys.exit(subprocess.call(args, env=environment()))
    # Python ignores it, which others would inherit.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execve(args[0], args, environment())


def command(*words: str) -> list[str]:
    """The library's command line with its first words."""
    folder = library()
    entry = next(path for name in ("cli.js", "cli.ts") if (path := folder / name).exists())
    return [deno(), "run", "--quiet", "--no-check", "--allow-all", str(entry), *words]


def run(args: list[str], text: str) -> tuple[int, str, str]:
    """Runs a program to its end, or ends it where this one is interrupted.

    Returns its exit code and what it has written to its standard output and error.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        args, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment()
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
