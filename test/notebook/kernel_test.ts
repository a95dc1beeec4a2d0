import assert from "node:assert/strict";
import { kernelInstead } from "../../kernel-lib/notebook/kernel.ts";

const notebook = (name: string, language?: string) => ({
  ...{ nbformat: 4, cells: [] },
  metadata: { kernelspec: { name, display_name: name, language } },
});

Deno.test("kernelInstead() is ours where another Deno is wanted and not installed", () => {
  const installed = ["python3", "vega-reel"];
  assert.equal(kernelInstead(notebook("deno"), installed), "vega-reel");
  assert.equal(kernelInstead(notebook("deno-canary", "typescript"), installed), "vega-reel");
  assert.equal(kernelInstead(notebook("deno"), [...installed, "deno"]), undefined);
  for (const other of [notebook("ir", "R"), { nbformat: 4, cells: [] }, []]) {
    assert.equal(kernelInstead(other, installed), undefined, "Jupyter says what it lacks");
  }
  assert.throws(() => kernelInstead(notebook("deno"), ["python3"]), {
    message: /^its kernel 'deno' is not installed: `deno jupyter --install` makes one/,
  });
});
