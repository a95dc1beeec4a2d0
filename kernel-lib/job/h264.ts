/** Raw H.264: its frames, and the parameters that all segments of a video must share. */

/** One frame as it lies in the stream. */
export interface AccessUnit {
  /** Annex B bytes, with the parameter sets in front where the stream has them. */
  data: Uint8Array<ArrayBuffer>;
  /** True if nothing before it is needed to decode it. */
  key: boolean;
}

/** A parsed segment. */
export interface Stream {
  units: AccessUnit[];
  /** Sequence and picture parameter sets, as text that can be compared. */
  parameters: string;
  /** The codec as RFC 6381 names it, for example `avc1.64001f`. */
  codec: string;
}

/** Types of NAL units; Rec. ITU-T H.264, table 7-1. */
const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8 } as const;

/**
 * Splits Annex B bytes into frames. Supplemental information is left out: it holds nothing but
 * the encoder's name and options, and would be repeated in every segment.
 *
 * @throws {Error} If the stream has no sequence parameter set.
 */
export function parseStream(bytes: Uint8Array<ArrayBuffer>): Stream {
  const units: AccessUnit[] = [];
  const parameters: string[] = [];
  let codec: string | undefined;
  let pending: Uint8Array<ArrayBuffer>[] = [];
  for (const nal of nalUnits(bytes)) {
    const type = nal.data[nal.header] & 31;
    if (type === NAL.sei) continue;
    if (type === NAL.sps || type === NAL.pps) {
      // The encoder repeats them at every key frame.
      const set = hex(nal.data.subarray(nal.header));
      if (!parameters.includes(set)) parameters.push(set);
    }
    if (type === NAL.sps) {
      codec ??= `avc1.${hex(nal.data.subarray(nal.header + 1, nal.header + 4))}`;
    }
    pending.push(nal.data);
    if (type !== NAL.slice && type !== NAL.idr) continue;
    // A slice that begins at macroblock 0 begins a frame: its first bit is a 1 (ue(v) of 0).
    const first = (nal.data[nal.header + 1] & 0x80) !== 0;
    const last = units.at(-1);
    if (first || !last) units.push({ data: concat(pending), key: type === NAL.idr });
    else last.data = concat([last.data, ...pending]);
    pending = [];
  }
  if (codec === undefined) {
    throw new Error(
      `Cannot read the stream as it must hold a sequence parameter set: ` +
        `none is in its ${bytes.length} bytes`,
    );
  }
  return { units, parameters: parameters.join(" "), codec };
}

/** The NAL units of a stream, each with its start code; `header` is where its header byte is. */
function* nalUnits(
  bytes: Uint8Array<ArrayBuffer>,
): Generator<{ data: Uint8Array<ArrayBuffer>; header: number }> {
  let begin = -1;
  let header = 0;
  for (let at = bytes.indexOf(1, 2); at !== -1; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] !== 0 || bytes[at - 2] !== 0) continue;
    const start = at > 2 && bytes[at - 3] === 0 ? at - 3 : at - 2;
    if (begin !== -1) yield { data: bytes.subarray(begin, start), header: header - begin };
    begin = start;
    header = at + 1;
  }
  if (begin !== -1) yield { data: bytes.subarray(begin), header: header - begin };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
