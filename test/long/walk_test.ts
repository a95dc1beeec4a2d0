import { assertWalk } from "../walk/assert_walk.ts";

Deno.test("animate() comes to the right video, or none and an error, at each step that breaks", () =>
  assertWalk("all"));
