import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { videoPath, videoPathOn } from "../../extension/src/path.ts";

Deno.test("videoPath() resolves a path from the notebook's folder", () => {
  assert.equal(videoPath("wave.ipynb", "wave.mp4"), "wave.mp4");
  assert.equal(videoPath("a/b/wave.ipynb", "./out/wave.mp4"), "a/b/out/wave.mp4");
  assert.equal(videoPath("a/b/wave.ipynb", "../../wave #1, 100%.webm"), "wave #1, 100%.webm");
});

Deno.test("videoPath() refuses what leads elsewhere", () => {
  const paths = ["", ".", "..", "../../x.mp4", "a/../../../x.mp4", "/etc/x.mp4", "\\x.mp4"];
  const addresses = ["http://a.b/x.mp4", "javascript:x.mp4", "data:x.mp4", "RTC:x.mp4", "c:/x.mp4"];
  const others = ["x", "x.html", "x.svg", ".git/x.mp4", "a/.x.mp4", "a\0.mp4", "a\\..\\x.mp4"];
  for (const path of [...paths, ...addresses, ...others]) {
    assert.equal(videoPath("a/wave.ipynb", path), undefined, JSON.stringify(path));
  }
});

Deno.test("videoPathOn() stays on the notebook's drive", () => {
  const extension = createRequire(new URL("../../extension/package.json", import.meta.url));
  const { ContentsManager, Drive } = extension("@jupyterlab/services");
  const contents = new ContentsManager();
  contents.addDrive(new Drive({ name: "S3" }));
  assert.equal(videoPathOn(contents, "a/wave.ipynb", "wave.mp4"), "a/wave.mp4");
  assert.equal(videoPathOn(contents, "S3:wave.ipynb", "wave.mp4"), "S3:wave.mp4");
  assert.equal(videoPathOn(contents, "S3:a/wave.ipynb", "../wave.mp4"), "S3:wave.mp4");
  assert.equal(videoPathOn(contents, "S3:a/wave.ipynb", "../../wave.mp4"), undefined);
});
