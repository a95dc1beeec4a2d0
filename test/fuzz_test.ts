/** Thousands of cases of what nobody should give; `test/long` has a million. */
import { fuzz } from "./fuzz.ts";

Deno.test("animate() and readModel() take anything, or say clearly what is wrong", async () => {
  const tried = await fuzz({ options: 3000, params: 3000, models: 3000, together: 1500 }, 1);
  console.log(`${tried} cases`);
});
