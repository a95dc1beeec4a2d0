/** Dask with TLS: the same configuration that Dask's own clients have. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { pythonCommand } from "../../kernel-lib/run/bridge_process.ts";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec, waveFrames } from "../wave.ts";
import { DaskCluster } from "./dask.ts";

Deno.test("animate() renders on Dask by TLS, and is refused without the certificate", () =>
  withFolder(async (folder) => {
    const script = fileURLToPath(new URL("certificate.py", import.meta.url));
    const made = await new Deno.Command(pythonCommand(), { args: [script, folder] }).output();
    assert.ok(made.success, new TextDecoder().decode(made.stderr));
    const certificate = join(folder, "certificate.pem");
    const key = join(folder, "key.pem");
    await using cluster = await DaskCluster.start([
      ...["--protocol", "tls", "--tls-ca-file", certificate],
      ...["--tls-cert", certificate, "--tls-key", key],
    ]);
    assert.match(cluster.address, /^tls:/);
    await cluster.addWorker();
    const job = () =>
      animate(fixedWaveSpec, waveFrames(20), {
        ...{ output: join(folder, "video.mp4"), executor: `dask:${cluster.address}` },
        ...{ cache: false, show: false },
      });
    await assert.rejects(job(), /Cannot use the executor 'dask:tls:.*' as Dask's scheduler cannot/);
    const settings = {
      DASK_DISTRIBUTED__COMM__TLS__CA_FILE: certificate,
      DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT: certificate,
      DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY: key,
    };
    for (const [name, value] of Object.entries(settings)) Deno.env.set(name, value);
    try {
      assert.equal((await job()).frames, 20);
    } finally {
      for (const name of Object.keys(settings)) Deno.env.delete(name);
    }
  }));
