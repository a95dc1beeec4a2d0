/** Why a file cannot be read, in words that need no knowledge of systems. */

/** @param cause What reading has thrown. */
export function whyNotRead(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  return cause instanceof Error ? cause.message : String(cause);
}
