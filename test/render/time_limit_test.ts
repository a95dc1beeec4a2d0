/** Code that computes without end, and code that only takes long. */
import assert from "node:assert/strict";
import { Patience } from "../../kernel-lib/render/time_limit.ts";

Deno.test("Patience.call() goes on with code that takes long, while somebody waits", () => {
  let asked = 0;
  let calls = 0;
  const patience = new Patience(() => ++asked > 0, 0.3);
  const slow = () => {
    calls++;
    for (const end = performance.now() + 800; performance.now() < end;);
    return "made";
  };
  assert.equal(patience.call(slow), "made");
  assert.ok(asked > 0);
  assert.equal(calls, asked + 1);
});

Deno.test("Patience.call() ends code once nobody waits", () => {
  const patience = new Patience(() => false, 0.3);
  assert.throws(() =>
    patience.call(() => {
      while (true);
    }), { code: "ERR_SCRIPT_EXECUTION_TIMEOUT" });
});

Deno.test("Patience.call() hands on what code throws", () => {
  const patience = new Patience(() => true);
  assert.throws(() =>
    patience.call(() => {
      throw new RangeError("mine");
    }), { name: "RangeError", message: "mine" });
});
