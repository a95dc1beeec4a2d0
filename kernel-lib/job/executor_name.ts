/** What the option `executor` may be. */

/** The rule, for messages. */
export const EXECUTOR_RULE = `"local", "dask:ADDRESS", "loky:N", "ipyparallel:PROFILE", ` +
  `"parsl:CONFIG.py", or "MODULE:FUNCTION" of Python`;

const FORMS = [
  /^local$/,
  /^dask:\S*$/,
  /^loky(:[1-9]\d{0,3})?$/,
  /^ipyparallel(:\S*)?$/,
  /^parsl:.+\.py$/,
  // A function of a module; the names above are no modules of the user's.
  /^(?!(?:local|dask|loky|ipyparallel|parsl):)[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$/,
];

/** True if a value names an executor; whether that is there is another question. */
export function isExecutorName(value: unknown): boolean {
  return typeof value === "string" && FORMS.some((form) => form.test(value));
}

/**
 * The executor that the environment names, so that a notebook stays as it is on another machine.
 *
 * @throws {TypeError} If it names none.
 */
export function defaultExecutor(): string {
  const name = Deno.env.get("VEGA_REEL_EXECUTOR") || "local";
  if (isExecutorName(name)) return name;
  throw new TypeError(
    `Cannot animate as VEGA_REEL_EXECUTOR must be ${EXECUTOR_RULE}: current value is "${name}"`,
  );
}
