/** One run of ffmpeg, from the first byte that it reads to the last that it writes. */
import { Encoder } from "../render/encode.ts";
import { abortable } from "./abortable.ts";
import { ffmpegCommand } from "./encoder.ts";

/**
 * Runs ffmpeg.
 *
 * @param args Its arguments.
 * @param input What it reads from its standard input.
 * @param signal Ends it at once.
 * @param onFed Told how many items of its input ffmpeg has taken.
 * @returns What it has written to its standard output.
 * @throws {Error} If it fails; the message holds what it printed.
 */
export async function feed(
  args: string[],
  input: Iterable<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  onFed: (items: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  signal.throwIfAborted();
  const encoder = new Encoder(ffmpegCommand(), args);
  try {
    let fed = 0;
    for (const bytes of input) {
      await abortable(encoder.write(bytes), signal);
      onFed(++fed);
    }
    return await abortable(encoder.finish(), signal);
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}
