"""nbconvert's exporter `video`: a notebook to one video of its animations."""

import json
import os
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import Bool, Float, default

from .program import command, run

# The kernelspec that this package brings.
KERNEL = "vega-reel"


class VideoExporter(Exporter):
    """Joins the animations that a notebook shows to an MP4.

    What is finished is not rendered again. With nbconvert's `--execute` the cells run first; then
    only those segments are rendered that were not kept.
    """

    export_from_notebook = "Video"
    output_mimetype = "video/mp4"

    captions = Bool(False, help="Show what is written above an animation, too.").tag(config=True)
    card_seconds = Float(
        2, min=0, help="Seconds for which a heading is shown; 0 for not at all."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self):
        return ".mp4"

    def from_notebook_node(self, nb, resources=None, **kw):
        kernels = KernelSpecManager(parent=self).find_kernel_specs()
        # Here cells are executed where that is asked for.
        nb, resources = super().from_notebook_node(_runnable(nb, kernels), resources, **kw)
        folder = resources.get("metadata", {}).get("path") or os.getcwd()
        with TemporaryDirectory(prefix="vega-reel-") as temporary:
            video = Path(temporary, "video.mp4")
            args = [*command("export"), "-", "--folder", folder, "-o", str(video), "--json"]
            args += ["--cards", str(self.card_seconds), *(["--captions"] if self.captions else [])]
            code, output, errors = run(args, nbformat.writes(nb))
            if code != 0:
                raise ConversionException(_reason(output, errors))
            # As nbconvert's writer chooses it.
            target = self.config.FilesWriter.get("build_directory") or folder
            _check_own(resources, target, output)
            return video.read_bytes(), resources


def _runnable(nb, kernels):
    """A notebook for a Deno kernel that is not installed under that name, as one for ours."""
    spec = nb.metadata.get("kernelspec", {})
    is_deno = spec.get("language") == "typescript" or spec.get("name") == "deno"
    if not is_deno or spec.get("name") in kernels or KERNEL not in kernels:
        return nb
    nb = deepcopy(nb)
    nb.metadata.kernelspec.name = KERNEL
    return nb


def _check_own(resources, folder, output):
    """Where nbconvert writes the file itself, it must not be one that the film is made of."""
    if "unique_key" not in resources:
        return
    path = Path(folder, resources["unique_key"] + resources["output_extension"]).resolve()
    parts = json.loads(output.strip().splitlines()[-1])["parts"]
    if any(Path(part["path"]).resolve() == path for part in parts):
        raise ConversionException(
            f"Cannot export to '{path}' as it is a video of the notebook itself: use --output"
        )


def _reason(output: str, errors: str) -> str:
    """What the program says of its failure in its last line, else what it printed."""
    lines = output.strip().splitlines()
    try:
        said = json.loads(lines[-1])
        if said["type"] == "error":
            return said["message"]
    except (IndexError, KeyError, TypeError, ValueError):
        pass
    return f"Cannot export the notebook: {errors.strip()[-2000:]}"
