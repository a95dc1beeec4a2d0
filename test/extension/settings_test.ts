import assert from "node:assert/strict";
import { CurrentSettings, DEFAULTS, readSettings } from "../../extension/src/settings.ts";

Deno.test("readSettings() takes what can be and has the defaults for the rest", () => {
  const values = { autoplay: true, loop: false, maxHeight: 300, updateRate: 0.5, notify: false };
  assert.deepEqual(readSettings(values), values);
  assert.deepEqual(readSettings({}), DEFAULTS);
  const wrong = { autoplay: 1, loop: "no", maxHeight: -1, updateRate: NaN, notify: null };
  assert.deepEqual(readSettings(wrong), DEFAULTS);
  assert.deepEqual(readSettings({ maxHeight: "5", updateRate: 1e9 }), DEFAULTS);
});

Deno.test("DEFAULTS are those of the schema", async () => {
  const schema = new URL("../../extension/schema/settings.json", import.meta.url);
  const { properties } = JSON.parse(await Deno.readTextFile(schema));
  const defaults = Object.entries<{ default: unknown }>(properties).map(
    ([name, { default: value }]) => [name, value],
  );
  assert.deepEqual(Object.fromEntries(defaults), DEFAULTS);
});

Deno.test("CurrentSettings follows its source", () => {
  const settings = new CurrentSettings();
  assert.deepEqual(settings.current, DEFAULTS);
  let changes = 0;
  settings.changed.connect(() => changes++);
  const source: { composite: Record<string, unknown> } = { composite: { loop: false } };
  let emit = () => {};
  settings.follow({
    get composite() {
      return source.composite;
    },
    changed: { connect: (slot: () => void) => (emit = slot) },
  });
  assert.deepEqual([settings.current.loop, changes], [false, 1]);
  source.composite = { loop: true, maxHeight: 99 };
  emit();
  assert.deepEqual([settings.current.loop, settings.current.maxHeight], [true, 99]);
  assert.equal(changes, 2);
});
