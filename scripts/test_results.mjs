/**
 * What a runner's report says.
 *
 * @typedef {{passed: number, failed: string[], skipped: number}} Results
 */

/**
 * Reads the JUnit report of `deno test`. A test's steps, "test > step", are part of it and not
 * counted.
 *
 * @returns {Results}
 */
export function readJUnit(xml) {
  const results = { passed: 0, failed: [], skipped: 0 };
  const cases = xml.matchAll(/<testcase\s([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs);
  const tests = [...cases].map(([, attributes, body = ""]) => {
    const name = unescape(attributes.match(/\bname="([^"]*)"/)?.[1] ?? "");
    const file = unescape(attributes.match(/\bclassname="([^"]*)"/)?.[1] ?? "");
    return { id: `${file}: ${name}`, body };
  });
  const ids = new Set(tests.map(({ id }) => id));
  for (const { id, body } of tests) {
    const isStep = [...id.matchAll(/ > /g)].some(({ index }) => ids.has(id.slice(0, index)));
    if (isStep) continue;
    if (/<(failure|error)\b/.test(body)) results.failed.push(id);
    else if (/<skipped\b/.test(body)) results.skipped++;
    else results.passed++;
  }
  return results;
}

function unescape(text) {
  const characters = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => characters[name]);
}

/**
 * Reads the TAP report of `node --test`: its closing counts, and the names of what failed.
 *
 * @returns {Results}
 */
export function readTap(tap) {
  const count = (name) => Number(tap.match(new RegExp(`^# ${name} (\\d+)$`, "m"))?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  // A suite, too, is "not ok" when a test in it failed, but it is not counted.
  const names = [...tap.matchAll(/^ *not ok \d+ - (.*)\n(?:.*\n)*? *\.\.\.$/gm)]
    .filter(([block]) =>
      !/^ *type: 'suite'$/m.test(block) && !/# TODO\b/.test(block.split("\n")[0])
    )
    .map(([, name]) => name.replaceAll("\\#", "#"));
  return {
    passed: count("pass"),
    failed: Array.from({ length: failed }, (_, index) => names[index] ?? "a test without a name"),
    skipped: count("skipped") + count("todo"),
  };
}
