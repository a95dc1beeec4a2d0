import { join } from "node:path";
import process from "node:process";
import { foreground } from "./command.mjs";
import { root } from "./paths.mjs";
import { main } from "./report.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  const { jupyter, env } = await setup({ engines: true });
  // JupyterLab refuses to start as root, which in a container is the only user there is.
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  const options = [join(root, "notebooks"), ...asRoot, ...process.argv.slice(2)];
  // A terminal that closes hangs up on all its processes: JupyterLab would end at once and leave
  // its kernels running. It is stopped by SIGTERM instead, which it takes time for.
  const command = process.platform === "win32"
    ? [jupyter]
    : ["sh", "-c", 'trap "" HUP && exec "$0" "$@"', jupyter];
  const [first, ...rest] = [...command, "lab", ...options];
  return await foreground(first, rest, { env });
});
