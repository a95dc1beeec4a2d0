import assert from "node:assert/strict";
import { updateSource } from "../../kernel-lib/spec/update.ts";

// What the functions below must not use, as they are sent without it.
const rows = [{ x: 1 }];
const helper = (x: number) => x;
let count = 0;
const name = "wave";

// The functions are only read, never called.
// deno-lint-ignore no-explicit-any
type Any = any;

const free: Record<string, { update: (...args: Any[]) => unknown; uses: string[] }> = {
  "an arrow function": { update: () => ({ wave: rows }), uses: ["rows"] },
  "a function": {
    update: function () {
      return { wave: rows };
    },
    uses: ["rows"],
  },
  "a method": {
    update: {
      update() {
        return { wave: rows };
      },
    }.update,
    uses: ["rows"],
  },
  "an async method with a quoted name": {
    update: {
      async "an update"() {
        return { wave: await rows };
      },
    }["an update"],
    uses: ["rows"],
  },
  "an async arrow function": {
    update: async (p: Any) => ({ wave: await helper(p) }),
    uses: ["helper"],
  },
  "destructured params": {
    update: ({ a, b: [c], ...rest }: Any, { index }: Any) => ({ wave: [a, c, rest, index, rows] }),
    uses: ["rows"],
  },
  "a function inside": {
    update(p: Any) {
      function scale(x: number) {
        return helper(x) * p;
      }
      return { wave: scale(1) };
    },
    uses: ["helper"],
  },
  "a default value": {
    update: (p: Any, _frame: Any, wave = rows) => ({ p, wave }),
    uses: ["rows"],
  },
  "a shorthand property": { update: () => ({ rows }), uses: ["rows"] },
  "a template": { update: () => ({ wave: `${count}` }), uses: ["count"] },
  "an assignment": {
    update() {
      count++;
      return {};
    },
    uses: ["count"],
  },
  "a class inside": {
    update() {
      class Scale {
        factor = helper(2);
      }
      return { wave: new Scale() };
    },
    uses: ["helper"],
  },
  "a name that only a browser knows": { update: () => ({ wave: name }), uses: ["name"] },
  "two at once": { update: () => ({ wave: rows.map(() => helper(1)) }), uses: ["helper", "rows"] },
};

for (const [what, { update, uses }] of Object.entries(free)) {
  Deno.test(`updateSource() names what ${what} uses from around it`, () => {
    assert.throws(() => updateSource(update), {
      name: "TypeError",
      message:
        `Cannot animate as 'update' must stand on its own, but it uses '${
          uses.join("', '")
        }' from around it: pass data through the option 'context' (there as 'frame.context'), ` +
        `put functions inside 'update', and import with 'await import()' inside it or in a ` +
        `module of its own`,
    });
  });
}

Deno.test("updateSource() takes a function that stands on its own", async () => {
  const update = async ({ year = 2000, ...rest }: Any, { index, context, random }: Any) => {
    let last: string | undefined;
    try {
      JSON.parse("{");
    } catch ({ message }: Any) {
      last = message;
    }
    const wave: Any[] = [];
    outer: for (const i of [1, 2, 3]) {
      for (let j = 0; j < 3; j++) {
        if (i === 3) break outer;
        wave.push({ x: i, y: Math.sin(j + index), year, last });
      }
    }
    class Counter {
      #count = 0;
      next = () => ++this.#count;
    }
    function sum(a: number, b = a, ...more: number[]): number {
      return more.length === 0 ? a + b : sum(a + b, ...(more as [number]));
    }
    const again = function self(n: number): number {
      return n > 0 ? self(n - 1) : 0;
    };
    const { cpus } = await import("node:os");
    console.log(cpus().length, process.pid, Deno.pid, performance.now());
    const seen = [new URL("http://localhost"), typeof fetch, structuredClone(rest), NaN, undefined];
    return { wave, sum: sum(1) + again(2) + new Counter().next() + random(), seen, context };
  };
  const source = updateSource(update);
  const made = (0, eval)(`(${source})`);
  const { wave } = await made({}, { index: 0, random: () => 0 });
  assert.equal(wave.length, 6);
});

Deno.test("updateSource() makes a function of a method", () => {
  const methods = {
    plain: () => 1,
    update(x: number) {
      return x + 1;
    },
    async "in quotes"(x: number) {
      return await x + 1;
    },
    get(x: number) {
      return x + 1;
    },
  };
  for (const method of [methods.update, methods["in quotes"], methods.get]) {
    assert.equal(typeof (0, eval)(`(${updateSource(method)})`), "function");
  }
});

Deno.test("updateSource() throws on what has no source of its own", () => {
  for (const update of [Math.max, ((x: number) => x).bind(null)]) {
    assert.throws(() => updateSource(update), {
      name: "TypeError",
      message: /^Cannot animate as the source of 'update' must stand on its own: '.*' is built in/,
    });
  }
});
