/** Memory does not grow with the number of frames; `test/long` has more of them. */
import { assertFlat } from "./assert_flat.ts";

Deno.test("animate() leaves nothing in memory of 2,000 frames", () => assertFlat(2000, 250));
