/** The system's C library, for what Deno has no call for. */

const NAMES: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.dylib",
};

/**
 * Opens the library.
 *
 * @param symbols The functions that are wanted.
 * @returns Undefined where it cannot be had: on Windows, or without leave for FFI.
 */
export function openLibc<const Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): { symbols: Deno.StaticForeignLibraryInterface<Symbols> } & Disposable | undefined {
  const name = NAMES[Deno.build.os];
  if (name === undefined) return undefined;
  try {
    const library = Deno.dlopen(name, symbols);
    return { symbols: library.symbols, [Symbol.dispose]: () => library.close() };
  } catch {
    return undefined;
  }
}
