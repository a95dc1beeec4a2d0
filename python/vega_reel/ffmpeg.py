"""Finds the ffmpeg that encodes."""

import os
import shutil
import subprocess


def ffmpeg() -> str | None:
    """The ffmpeg that FFMPEG_PATH names, else PATH's if it has x264, else imageio-ffmpeg's."""
    given = os.environ.get("FFMPEG_PATH")
    if given:
        return given
    on_path = shutil.which("ffmpeg")
    if on_path is not None and _has_x264(on_path):
        return on_path
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return on_path


def _has_x264(path: str) -> bool:
    args = [path, "-hide_banner", "-encoders"]
    try:
        listed = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"libx264" in listed.stdout
