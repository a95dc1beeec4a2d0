/** Goes on with x264 where NVENC fails in the middle of a job. */
import { isEncoderFailure } from "../render/encode.ts";
import { type ChosenEncoder, type Format, withoutNvenc } from "./encoder.ts";
import { FrameRecord } from "./frame_record.ts";
import type { FrameSource } from "./frames.ts";
import { isUselessSegment } from "./join.ts";

/**
 * Renders with an encoder, and once more from the first frame on with x264 where that is NVENC and
 * fails: a video has one encoder.
 *
 * @param encoder What was chosen.
 * @param format The picture that is encoded.
 * @param frames All frames; they are kept where they may be needed again.
 * @param render Renders all frames.
 * @param onFallback Called before they are rendered again.
 * @returns What was rendered, and by which encoder.
 */
export async function withFallback<Rendered>(
  encoder: ChosenEncoder,
  format: Format,
  frames: FrameSource,
  render: (encoder: ChosenEncoder, frames: FrameSource) => Promise<Rendered>,
  onFallback: () => void,
): Promise<{ encoder: ChosenEncoder; rendered: Rendered }> {
  if (encoder.name !== "nvenc") return { encoder, rendered: await render(encoder, frames) };
  using record = new FrameRecord(frames);
  try {
    return { encoder, rendered: await render(encoder, record.source()) };
  } catch (error) {
    if (!isEncoderFailure(error) && !isUselessSegment(error)) throw error;
    const other = withoutNvenc(format, error);
    onFallback();
    return { encoder: other, rendered: await render(other, record.source()) };
  }
}
