"""The scenes of ../scenes.ts drawn by tools of Python's world.

    python peers.py TOOL SCENE FRAMES OUTPUT [--lossless | --as-it-comes]

TOOL is one of: pma (parallel-matplotlib-animation), matplotlib (FuncAnimation),
vl-convert (a pool of processes, piped to ffmpeg). As they come, the first two encode as they do
where nobody says how; else they are given the settings that take the least time.
"""

import json
import multiprocessing
import os
import subprocess
import sys

WIDTH, HEIGHT, FPS, DPI = 1280, 720, 30, 100
TOOL, SCENE, FRAMES, OUTPUT = sys.argv[1:5]
FRAMES = int(FRAMES)
LOSSLESS = "--lossless" in sys.argv
AS_IT_COMES = "--as-it-comes" in sys.argv
# The fastest of x264's presets: at its usual quality it is as good as the others' here.
PRESET, QUALITY = "ultrafast", "0" if LOSSLESS else "23"


def noise(n):
    import numpy as np

    value = np.sin(12.9898 * (np.asarray(n) + 1)) * 43758.5453
    return value - np.floor(value)


def setup_figure():
    """Draws the scene once; returns the figure and what changes a frame."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import numpy as np

    figure, axes = plt.subplots(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
    axes.grid(True)
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    if SCENE == "wave":
        x = np.linspace(0, 4 * np.pi, 200)
        (line,) = axes.plot(x, np.cos(x))
        axes.set_xlim(0, 4 * np.pi)
        axes.set_ylim(-1.5, 1.5)

        def update(frame):
            line.set_ydata(np.cos(x + 2 * np.pi * frame / 60))
            return [line]

        return figure, update
    index = np.arange(2000)
    x, y = 0.06 + 0.88 * noise(2 * index), 0.06 + 0.88 * noise(2 * index + 1)
    colours = plt.get_cmap("tab10")(index % 10)
    points = axes.scatter(x, y, s=24, c=colours, alpha=0.6, linewidths=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)

    def update(frame):
        moved = [x + 0.05 * np.cos(frame / 20 + index), y + 0.05 * np.sin(frame / 20 + index)]
        points.set_offsets(np.column_stack(moved))
        return [points]

    return figure, update


def run_pma():
    from parallel_animate import Animator

    class Scene(Animator):
        def setup(self):
            figure, self.change = setup_figure()
            return figure

        def update(self, frame_idx, params):
            self.change(params)

    # It asks for x264's profile High, which has no lossless coding.
    tuned = {"video_quality": max(1, int(QUALITY)), "video_preset": PRESET}
    Scene().make_video(
        OUTPUT,
        list(range(FRAMES)),
        fps=FPS,
        savefig_params={"dpi": DPI},
        video_mode="cpu",
        disable_progress_bar=True,
        **({} if AS_IT_COMES else tuned),
    )


def run_matplotlib():
    figure, update = setup_figure()
    import matplotlib
    from matplotlib.animation import FFMpegWriter, FuncAnimation

    matplotlib.rcParams["animation.ffmpeg_path"] = ffmpeg()
    animation = FuncAnimation(figure, update, frames=FRAMES, blit=False)
    if AS_IT_COMES:
        animation.save(OUTPUT, fps=FPS)
        return
    args = ["-preset", PRESET, "-crf", QUALITY, "-pix_fmt", "yuv420p"]
    writer = FFMpegWriter(fps=FPS, codec="libx264", extra_args=args)
    animation.save(OUTPUT, writer=writer, dpi=DPI)


def vega_png(frame):
    import vl_convert

    spec, params = VEGA
    for data in spec["data"]:
        if data["name"] == "points":
            data["values"] = params[frame]["points"]
    return vl_convert.vega_to_png(spec)


def run_vl_convert():
    """Takes the compiled Vega spec and the params as JSON from standard input."""
    global VEGA
    VEGA = json.load(sys.stdin)
    command = [ffmpeg(), "-v", "error", "-y", "-f", "image2pipe", "-c:v", "png", "-r", str(FPS)]
    command += ["-i", "-", "-c:v", "libx264", "-preset", PRESET, "-crf", QUALITY]
    command += ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", OUTPUT]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for png in pool.imap(vega_png, range(FRAMES), chunksize=4):
            encoder.stdin.write(png)
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit("ffmpeg failed")


def ffmpeg():
    if "FFMPEG_PATH" in os.environ:
        return os.environ["FFMPEG_PATH"]
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


if __name__ == "__main__":
    {"pma": run_pma, "matplotlib": run_matplotlib, "vl-convert": run_vl_convert}[TOOL]()
