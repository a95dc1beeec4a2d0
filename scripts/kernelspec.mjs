import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { must } from "./command.mjs";
import { program, venv, venvBin } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";

/** The environment's `jupyter` command. */
export const jupyter = join(venvBin, program("jupyter"));

/** The environment's Jupyter data, where it finds our kernelspec before any other. */
export const jupyterData = join(venv, "share", "jupyter");

const folder = join(jupyterData, "kernels", "deno");

/**
 * Writes the kernelspec `deno` of the environment. `interrupt_mode` stays as it is by default:
 * with "message" a cell that awaits hangs for good.
 *
 * @throws {SetupError} If Jupyter does not find it afterwards.
 */
export async function setUpKernelspec({ deno, ffmpeg }) {
  const file = join(folder, "kernel.json");
  const text = JSON.stringify(
    {
      argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: "Deno",
      language: "typescript",
      // Results would carry colour codes; the kernel inherits whatever PATH its server has.
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", FFMPEG_PATH: ffmpeg },
    },
    null,
    2,
  );
  if (isWritten(file, text)) return;
  await step("Deno kernel for Jupyter", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    const printed = await must("list Jupyter's kernels", jupyter, ["kernelspec", "list"], {
      env: { ...process.env, JUPYTER_PATH: jupyterData },
    });
    if (!printed.includes(folder)) {
      throw new SetupError(
        `Cannot install the Deno kernel as Jupyter must find it in ${folder}: it finds\n${printed}`,
      );
    }
  });
}

function isWritten(file, text) {
  try {
    return readFileSync(file, "utf8") === text;
  } catch {
    return false;
  }
}
