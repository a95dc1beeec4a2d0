/** The guide's examples of the command line are run as they stand. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { commandsOf } from "../documented.ts";
import { BIN, withExamples } from "./vega_reel.ts";

Deno.test("docs/guide.md: the examples of the command line run", () =>
  withExamples(async (cwd) => {
    const lines = commandsOf("docs/guide.md");
    assert.equal(lines.length, 10);
    // As npm would link to it, out of the way of the examples.
    const linked = await Deno.makeTempDir();
    try {
      await Deno.symlink(BIN, join(linked, "vega-reel"));
      const env = {
        DENO_PATH: Deno.execPath(),
        PATH: [linked, Deno.env.get("PATH")].join(delimiter),
        XDG_CACHE_HOME: join(linked, "cache"),
      };
      for (const line of lines) {
        const { code, stderr } = await new Deno.Command("sh", { args: ["-c", line], cwd, env })
          .output();
        assert.equal(code, 0, `${line}: ${new TextDecoder().decode(stderr)}`);
      }
    } finally {
      await Deno.remove(linked, { recursive: true });
    }
    const made = readdirSync(cwd).filter((name) => /\.(mp4|png|svg)$/.test(name));
    assert.equal(made.length, 8, made.join(", "));
  }));
