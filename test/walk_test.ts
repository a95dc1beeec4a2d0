/** A job that is broken at every step that it takes; `test/long` breaks them all. */
import { assertWalk } from "./walk/assert_walk.ts";

Deno.test("animate() comes to the right video, or none and an error, whatever breaks", () =>
  assertWalk("some"));
