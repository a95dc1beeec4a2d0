/** The lessons in full, of which the other tests make some smaller. */
import { assertRuns, lessons } from "../kernel/lessons.ts";

for (const name of lessons.slice(1)) {
  Deno.test(`the notebook ${name} runs in full in nbconvert`, () => assertRuns(name));
}
