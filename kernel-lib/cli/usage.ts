/** What was typed wrongly, told from what went wrong. */

/** The exit code of a program that was not understood. */
export const USAGE = 2;

/** The command line asks for what there is not; the program ends with {@linkcode USAGE}. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Calls what checks values that the user typed.
 *
 * @throws {UsageError} If it throws a `TypeError` or a `RangeError`, with its message.
 */
export async function asUsage<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new UsageError(cause.message, { cause });
  }
}
