import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { SegmentStore } from "../../kernel-lib/store/segment_store.ts";
import { withFolder } from "../folder.ts";

const keyOf = (name: number | string) => createHash("sha256").update(String(name)).digest("hex");

function bytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** All files in a folder, below it too. */
function files(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? files(join(folder, name)) : [join(folder, name)]
  );
}

Deno.test("SegmentStore gives what was kept, also to another one on the folder", () =>
  withFolder((folder) => {
    const entry = { meta: { total: 3 }, bytes: bytes(1000) };
    new SegmentStore(folder).put(keyOf("a"), entry);
    const other = new SegmentStore(folder);
    assert.deepEqual(other.get(keyOf("a")), entry);
    assert.equal(other.get(keyOf("b")), undefined);
    assert.deepEqual([other.has(keyOf("a")), other.has(keyOf("b"))], [true, false]);
    assert.deepEqual(other.list().map(({ path }) => path.slice(-64)), [keyOf("a")]);
    assert.ok(files(folder).every((file) => !file.endsWith(".part")));
  }));

Deno.test("SegmentStore drops what is damaged, byte by byte and cut by cut", () =>
  withFolder((folder) => {
    const store = new SegmentStore(folder);
    const entry = { meta: { total: 3 }, bytes: bytes(40) };
    store.put(keyOf("a"), entry);
    const [{ path }] = store.list();
    const whole = Deno.readFileSync(path);
    const damaged = Array.from(whole, (byte, at) => whole.with(at, byte ^ 4));
    damaged.push(...Array.from(whole, (_, length) => whole.slice(0, length)));
    damaged.push(new Uint8Array([...whole, 0]));
    for (const [i, content] of damaged.entries()) {
      Deno.writeFileSync(path, content);
      assert.equal(store.get(keyOf("a")), undefined, `damage ${i}`);
      assert.equal(store.has(keyOf("a")), false);
    }
    store.put(keyOf("a"), entry);
    assert.deepEqual(store.get(keyOf("a")), entry);
  }));

Deno.test("SegmentStore does not give what lies under another key's name", () =>
  withFolder((folder) => {
    const store = new SegmentStore(folder);
    store.put(keyOf("a"), { meta: {}, bytes: bytes(10) });
    const [{ path }] = store.list();
    Deno.mkdirSync(join(folder, "segments", keyOf("b").slice(0, 2)));
    Deno.copyFileSync(path, join(folder, "segments", keyOf("b").slice(0, 2), keyOf("b")));
    assert.equal(store.get(keyOf("b")), undefined);
  }));

Deno.test("SegmentStore stays within its limit and lets go first what was not used for longest", () =>
  withFolder((folder) => {
    const limit = 20_000;
    const store = new SegmentStore(folder, limit);
    const old = (key: string, minutes: number) => {
      const { path } = store.list().find(({ path }) => path.endsWith(key))!;
      const time = Date.now() / 1000 - 60 * minutes;
      Deno.utimeSync(path, time, time);
    };
    for (let i = 0; i < 9; i++) {
      store.put(keyOf(i), { meta: {}, bytes: bytes(2000) });
      old(keyOf(i), 100 - i);
    }
    // It was written first, but is used now.
    assert.ok(store.get(keyOf(0)));
    for (let i = 9; i < 12; i++) store.put(keyOf(i), { meta: {}, bytes: bytes(2000) });
    const left = Array.from({ length: 12 }, (_, i) => i).filter((i) => store.has(keyOf(i)));
    assert.ok(left.includes(0) && !left.includes(1) && !left.includes(2), `${left}`);
    assert.ok(left.includes(11), `${left}`);
    const held = store.list().reduce((sum, file) => sum + file.bytes, 0);
    assert.ok(held > limit / 2 && held <= limit, `${held} bytes`);
  }));

Deno.test("SegmentStore stays within its limit with several at once, without looking each time", () =>
  withFolder((folder) => {
    const stores = [1, 2, 3].map(() => new SegmentStore(folder, 50_000));
    for (let i = 0; i < 300; i++) {
      stores[i % 3].put(keyOf(i), { meta: {}, bytes: bytes(1000) });
    }
    const held = stores[0].list().reduce((sum, file) => sum + file.bytes, 0);
    // Each knows of what others write only when it begins, and when it is full itself.
    assert.ok(held < 3 * 50_000, `${held} bytes`);
    assert.ok(new SegmentStore(folder).get(keyOf(299)));
  }));

Deno.test("SegmentStore.prune() removes the least recently used, and what was left half written", () =>
  withFolder((folder) => {
    const store = new SegmentStore(folder);
    store.put(keyOf(0), { meta: {}, bytes: bytes(5000) });
    const shard = join(folder, "segments", keyOf(0).slice(0, 2));
    const abandoned = join(shard, `.${keyOf(1)}.1234.part`);
    const current = join(shard, `.${keyOf(2)}.1234.part`);
    for (const path of [abandoned, current]) Deno.writeTextFileSync(path, "half");
    const long = Date.now() / 1000 - 7200;
    Deno.utimeSync(abandoned, long, long);
    assert.equal(store.prune(10_000), 0);
    assert.deepEqual([store.has(keyOf(0)), files(folder).includes(abandoned)], [true, false]);
    assert.ok(files(folder).includes(current));
    assert.ok(store.prune(0) > 5000);
    assert.deepEqual(store.list(), []);
  }));

Deno.test("SegmentStore.clear() removes what is its own, and nothing else", () =>
  withFolder((folder) => {
    const own = join(folder, "cache");
    const store = new SegmentStore(own);
    store.put(keyOf(0), { meta: {}, bytes: bytes(10) });
    store.clear();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    store.put(keyOf(0), { meta: {}, bytes: bytes(10) });
    const mine = [join(own, "mine.txt"), join(own, "segments", "mine.txt")];
    mine.push(join(own, "segments", keyOf(0).slice(0, 2), "mine.txt"));
    for (const path of mine) Deno.writeTextFileSync(path, "mine");
    store.clear();
    assert.deepEqual(files(own).sort(), mine.sort());
  }));

Deno.test("SegmentStore says what it has removed, not what it could not", () =>
  withFolder((folder) => {
    const store = new SegmentStore(folder);
    store.put(keyOf("a"), { meta: {}, bytes: bytes(1000) });
    const [{ path, bytes: size }] = store.list();
    // A folder is not removed, as a file is not that another program has open on Windows.
    Deno.mkdirSync(join(path, "..", keyOf("b")));
    assert.equal(store.prune(0), size);
    store.put(keyOf("a"), { meta: {}, bytes: bytes(1000) });
    assert.equal(store.clear(), size);
  }));
