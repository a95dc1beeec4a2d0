/** The lessons in full, which the other tests make smaller. */
import { NotebookFolder } from "../kernel/kernel.ts";
import { assertMade, copyLesson, lessons, nbconvert } from "../kernel/lessons.ts";

for (const name of lessons.slice(1)) {
  Deno.test(`the notebook ${name} runs in full in nbconvert and makes its videos`, async () => {
    using folder = new NotebookFolder();
    const path = await copyLesson(folder, name);
    await nbconvert(folder, "--to=notebook", "--execute", "--inplace", path);
    await assertMade(folder, path);
  });
}
