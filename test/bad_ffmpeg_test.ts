/** An ffmpeg that is missing, or fails in one of many ways. Scripts stand in for broken ones. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { animate, type AnimateOptions, type Animation } from "vega-reel";
import { ffmpegCommand } from "../kernel-lib/job/encoder.ts";
import { keepWorkers } from "./keep_workers.ts";
import { isLasting } from "./processes.ts";
import { assertRejects, assertWorks } from "./rejects.ts";
import { fixedWaveSpec, waveFrames } from "./wave.ts";

keepWorkers();

// On Windows a script is no program that can be started.
const ignore = Deno.build.os === "windows";

/** Runs a test while a script of this text is the ffmpeg, in a folder of its own. */
async function withFfmpeg(
  script: string,
  test: (command: string, folder: string) => Promise<void>,
): Promise<void> {
  const before = Deno.env.get("FFMPEG_PATH");
  const folder = await Deno.makeTempDir();
  const command = join(folder, "ffmpeg");
  await Deno.writeTextFile(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  Deno.env.set("FFMPEG_PATH", command);
  try {
    await test(command, folder);
  } finally {
    if (before === undefined) Deno.env.delete("FFMPEG_PATH");
    else Deno.env.set("FFMPEG_PATH", before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("animate() rejects an ffmpeg that does not exist", async () => {
  await withFfmpeg("", async (command) => {
    await Deno.remove(command);
    await assertRejects({}, {
      name: "Error",
      message: new RegExp(
        `^Cannot start ffmpeg as '${command}' cannot be run: .*; ` +
          "install it, or set FFMPEG_PATH to one$",
      ),
    });
  });
});

Deno.test("animate() rejects an ffmpeg that is no program", async () => {
  await withFfmpeg("", async (command) => {
    await Deno.chmod(command, 0o644);
    await assertRejects({}, {
      name: "Error",
      message: new RegExp(`^Cannot start ffmpeg as '${command}' cannot be run: `),
    });
  });
});

const broken: Record<string, { script: string; end: string }> = {
  "that fails, with what it printed": {
    script: `echo "no such device" >&2; exit 1`,
    end: "ended with code 1 and printed: no such device",
  },
  "without libx264, with what it printed": {
    script: `echo "Unknown encoder 'libx264'" >&2; exit 8`,
    end: "ended with code 8 and printed: Unknown encoder 'libx264'",
  },
  "that fails without a word": { script: "exit 3", end: "ended with code 3 and printed nothing" },
  "that fails in the middle of its input": {
    script: `head -c 100000 >/dev/null; echo "disk full" >&2; exit 2`,
    end: "ended with code 2 and printed: disk full",
  },
  "that fails after the whole of its input": {
    script: `cat >/dev/null; echo "cannot flush" >&2; exit 2`,
    end: "ended with code 2 and printed: cannot flush",
  },
  "that ends in the middle of its input": {
    script: "head -c 100000 >/dev/null",
    end: "ended with code 0 before it had all frames and printed nothing",
  },
  "that is killed": {
    script: "head -c 100000 >/dev/null; kill -9 $$",
    end: "was ended by SIGKILL and printed nothing",
  },
};

for (const [what, { script, end }] of Object.entries(broken)) {
  Deno.test({
    name: `animate() rejects an ffmpeg ${what}`,
    ignore,
    async fn() {
      await withFfmpeg(script, async (command) => {
        await assertRejects({}, {
          name: "Error",
          message: `Cannot encode as '${command}' ${end}`,
        });
        await assertRejects({ options: { encoder: "nvenc" } }, {
          name: "Error",
          message: "Cannot encode with 'nvenc' as its trial failed: " +
            `Cannot encode as '${command}' ${end}`,
        });
      });
    },
  });
}

const useless: Record<string, { script: string; reason: string }> = {
  "that gives nothing": { script: "cat >/dev/null", reason: "none is in its 0 bytes" },
  "that gives something else than video": {
    script: "cat >/dev/null; head -c 5000 /dev/zero",
    reason: "none is in its 5000 bytes",
  },
};

for (const [what, { script, reason }] of Object.entries(useless)) {
  Deno.test({
    name: `animate() rejects an ffmpeg ${what}`,
    ignore,
    async fn() {
      await withFfmpeg(script, async () => {
        const message = "as ffmpeg must give H.264: Cannot read the stream as it must hold a " +
          `sequence parameter set: ${reason}`;
        await assertRejects({}, {
          name: "Error",
          message: new RegExp(`^Cannot use segment [01] ${message}$`),
        });
        await assertRejects({ options: { encoder: "nvenc" } }, {
          name: "Error",
          message:
            `Cannot encode with 'nvenc' as its trial failed: Cannot use segment 0 ${message}`,
        });
      });
    },
  });
}

Deno.test({
  name: "animate() rejects an ffmpeg that loses frames",
  ignore,
  async fn() {
    const real = ffmpegCommand();
    // The last two arguments are the format's name and where the video goes.
    const script = `cat | "${real}" -loglevel error "$@" | cat >/dev/null\n` +
      `"${real}" -loglevel error -f lavfi -i color=s=262x148:d=0.2:r=30 ` +
      "-c:v libx264 -bf 0 -f h264 pipe:1";
    await withFfmpeg(script, async () => {
      await assertRejects({ options: { workers: 1 } }, {
        name: "Error",
        message: "Cannot use segment 0 as it must hold 15 frames: it holds 6",
      });
    });
  },
});

/** Scripts that hang, and leave the ids of all their processes in their folder. */
const hanging: Record<string, string> = {
  "that reads nothing": `echo $$ > "$0.$$"; exec sleep 600`,
  "that never ends": `echo $$ > "$0.$$"; cat >/dev/null; exec sleep 600`,
  "that closes its input and never ends": `echo $$ > "$0.$$"; exec <&-; exec sleep 600`,
  "that is a script around one that never ends":
    `cat >/dev/null; sleep 600 & echo "$$ $!" > "$0.$$"; wait`,
};

for (const [what, script] of Object.entries(hanging)) {
  for (const encoder of ["x264", "nvenc"]) {
    Deno.test({
      name: `Animation.cancel() ends an ffmpeg ${what}, as ${encoder}`,
      ignore,
      async fn() {
        await withFfmpeg(script, async (_command, folder) => {
          const during = async (job: Animation) => {
            while (pids(folder).length === 0) await delay(20);
            job.cancel();
          };
          await assertRejects({ options: { encoder }, during }, {
            name: "AbortError",
            message: /^The animation was cancelled: \d+ of 20 frames were done/,
          });
          for (const pid of pids(folder)) assert(!await isLasting(pid), `${pid} still runs`);
        });
      },
    });
  }
}

Deno.test({
  name: "animate() rejects an ffmpeg that hangs, by 'frameTimeout'",
  ignore,
  async fn() {
    await withFfmpeg("exec sleep 600", async () => {
      await assertRejects({ options: { frameTimeout: 2 } }, {
        name: "Error",
        message:
          /^Cannot render frame \d+ as it took longer than 'frameTimeout' allows: current value is 2 s, and 'encode' was under way$/,
      });
    });
  },
});

/** Passes the trial of NVENC and then one segment; the others find no session any more. */
const lost = (real: string) =>
  `case "$*" in *h264_nvenc*) ;; *) exec "${real}" "$@" ;; esac
  case "$*" in *256x256*) size=256x256 ;; *)
    size=280x180
    if ! mkdir "$0.used" 2>/dev/null; then
      head -c 200000 >/dev/null; echo "no session" >&2; exit 1
    fi ;;
  esac
  exec "${real}" -loglevel error -f rawvideo -pix_fmt yuv420p -video_size $size -i pipe:0 \
    -c:v libx264 -bf 0 -f h264 pipe:1`;

Deno.test({
  name: "animate() goes on with x264 where NVENC fails in the middle of a job",
  ignore,
  async fn() {
    await withFfmpeg(lost(ffmpegCommand()), async (command, folder) => {
      const options = { workers: 2, show: false, hold: 0.1, segmentFrames: 10 };
      // Neither can be gone through twice.
      const params = function* () {
        for (const frame of waveFrames(60)) yield { ...frame };
      };
      const make = async (name: string, more: AnimateOptions) => {
        const output = join(folder, name);
        const video = await animate(fixedWaveSpec, params(), { ...options, ...more, output });
        return { ...video, file: await Deno.readFile(output) };
      };
      const cache = join(folder, "cache");
      const expected = await make("a.mp4", { encoder: "x264", cache });
      for (const more of [{ cache: false }, { cache }]) {
        const video = await make("b.mp4", { encoder: "nvenc", ...more });
        assert.deepEqual(video.file, expected.file);
        const { encoder, stats } = video;
        assert.deepEqual([encoder, stats.encoder], ["x264", "x264"]);
        assert.equal(
          stats.nvenc,
          `it failed in the middle of the job: Cannot encode as '${command}' ended with code 1 ` +
            "and printed: no session",
        );
        const reused = more.cache ? 7 : 0;
        assert.deepEqual([stats.segments.reused, stats.segments.total], [reused, 7]);
        Deno.removeSync(`${command}.used`);
      }
    });
  },
});

Deno.test("animate() works after each ffmpeg that it rejected", async () => {
  assert(existsSync(ffmpegCommand()) || !ffmpegCommand().includes("/"));
  await assertWorks();
});

function pids(folder: string): number[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.startsWith("ffmpeg."))
    .flatMap(({ name }) => Deno.readTextFileSync(join(folder, name)).trim().split(" "))
    .filter((pid) => pid !== "")
    .map(Number);
}
