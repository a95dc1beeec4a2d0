/** `vega-reel doctor`: what is there, and what to do about what is not. */
import { Command, Option } from "commander";
import type { Context } from "./context.ts";
import type { Finding } from "./diagnosis.ts";
import { writeJSON, writeLine } from "./write.ts";

const HELP = `
ok is there and works, -- is not there and not needed, no has to be mended. The exit code is 1 where
no video can be rendered.

Examples:
  vega-reel doctor
  # Whether videos can be rendered, for a program.
  vega-reel doctor --json`;

/** Makes the command. */
export function doctorCommand(context: Context): Command {
  return new Command("doctor")
    .description("Look at what a render needs, try the encoders, and say what to do.")
    .addOption(new Option("--json", "print it as a line of JSON"))
    .addHelpText("after", HELP)
    .action(async ({ json }: { json?: true }) => {
      const { diagnose } = await import("./diagnosis.ts");
      const { findings, canRender } = await diagnose(context.signal);
      if (json) writeJSON({ type: "doctor", canRender, findings });
      else writeLine(describe(findings, canRender));
      if (!canRender) context.exitCode = 1;
    });
}

function describe(findings: Finding[], canRender: boolean): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, ok, optional, found, advice }) => [
    `${ok ? "ok" : optional ? "--" : "no"}  ${name.padEnd(width)}  ${found}`,
    ...advice ? [`${" ".repeat(width + 6)}${advice}`] : [],
  ]);
  const without = findings.some(({ optional }) => optional)
    ? " What is marked -- is not there, and not needed."
    : "";
  const verdict = canRender
    ? `Videos can be rendered.${without}`
    : "No video can be rendered here, for want of what is marked no.";
  return [...lines, "", verdict].join("\n");
}
