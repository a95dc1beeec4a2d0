/** A million cases of what nobody should give. */
import { fuzz } from "../fuzz.ts";

Deno.test("animate() and readModel() take a million of anything", async () => {
  const tried = await fuzz({
    options: 400_000,
    params: 400_000,
    models: 160_000,
    together: 40_000,
  });
  console.log(`${tried} cases`);
});
