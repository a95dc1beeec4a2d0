"""Builds what a wheel holds besides Python: the library, what it draws with, the extension."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelBuilder(BuildHookInterface):
    """Runs `scripts/wheel.mjs`, and tells for what platform the result is."""

    def initialize(self, version, build_data):
        if version == "editable":
            raise RuntimeError(
                "Cannot install a checkout as editable: `npm start` opens JupyterLab with it"
            )
        node = shutil.which("node")
        if node is None or shutil.which("npm") is None:
            raise RuntimeError(
                "Cannot build Vega Reel as Node 20 or newer must be on the PATH, with npm"
            )
        subprocess.run([node, "scripts/wheel.mjs"], cwd=self.root, check=True)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform(Path(self.root, 'build', 'wheel'))}"


def platform(folder: Path) -> str:
    """The platform that the binaries in a folder are for, as wheels name it.

    https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
    """
    name = re.sub(r"[-.]", "_", sysconfig.get_platform())
    if not name.startswith("linux_"):
        return name
    binaries = list(folder.rglob("*.node"))
    if any("musl" in path.name for path in binaries):
        return name.replace("linux", "musllinux_1_2")
    found = [re.findall(rb"GLIBC_2\.(\d+)", path.read_bytes()) for path in binaries]
    # The oldest that there is a name for.
    minor = max(17, *(int(number) for numbers in found for number in numbers))
    return name.replace("linux", f"manylinux_2_{minor}")
