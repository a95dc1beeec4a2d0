/** Notes what a job reads besides what it was sent, so that finished work can be used again. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Loader } from "vega";
import type { Reads, ResourceRead } from "./task.ts";
import type { Vega } from "./vega.ts";

/** Bytes of images that are kept, about. */
const MEMORY_LIMIT = 64 * 2 ** 20;

/** Where a loader finds a resource. */
type Place = Awaited<ReturnType<Loader["sanitize"]>> & { localFile?: boolean };

/** An image as it was read. */
interface ImageFile {
  bytes: Buffer;
  hash: string;
}

/**
 * Notes what one renderer reads. What it has read once may still be on show in any later frame,
 * so it belongs to all of them.
 */
export class ReadRecorder {
  #frames = false;
  readonly #resources = new Map<string, ResourceRead>();
  readonly #images = new Map<string, Promise<ImageFile>>();
  #held = 0;

  /** `update` has asked for the number of frames. */
  readFrames(): void {
    this.#frames = true;
  }

  /** What was read so far. */
  get reads(): Reads {
    return { frames: this.#frames, resources: [...this.#resources.values()] };
  }

  /** Vega with loaders that note what they load. */
  watch(vega: Vega): Vega {
    return { ...vega, loader: (options) => this.#watchLoader(vega.loader(options)) };
  }

  /** An image is handed on as its bytes, so that what is noted is what is drawn. */
  #watchLoader(loader: Loader): Loader {
    const { load, sanitize } = loader;
    loader.load = async (uri, options) => {
      const resource = { uri, image: false };
      try {
        const content = await load.call(loader, uri, options);
        this.#note({ ...resource, hash: sha256(content) });
        return content;
      } catch (error) {
        this.#note({ ...resource, hash: null });
        throw error;
      }
    };
    loader.sanitize = async (uri, options) => {
      const place: Place = await sanitize.call(loader, uri, options);
      const isImage = (options as { context?: string } | undefined)?.context === "image";
      if (!isImage || place.href.startsWith("data:")) return place;
      return { ...place, href: await this.#image(loader, uri, place) as never };
    };
    return loader;
  }

  async #image(loader: Loader, uri: string, place: Place): Promise<Buffer> {
    const resource = { uri, image: true };
    try {
      const { bytes, hash } = await this.#imageFile(loader, uri, place);
      this.#note({ ...resource, hash });
      return bytes;
    } catch (error) {
      this.#images.delete(uri);
      this.#note({ ...resource, hash: null });
      throw error;
    }
  }

  /** Reads an image once, as long as there are not too many. */
  #imageFile(loader: Loader, uri: string, place: Place): Promise<ImageFile> {
    const known = this.#images.get(uri);
    if (known) return known;
    if (this.#held > MEMORY_LIMIT) {
      this.#images.clear();
      this.#held = 0;
    }
    const image = readImage(loader, place).then((file) => {
      this.#held += file.bytes.length;
      return file;
    });
    this.#images.set(uri, image);
    return image;
  }

  /** What was not the same each time has no hash that could ever be found again. */
  #note(read: ResourceRead): void {
    const key = `${read.image} ${read.uri}`;
    const before = this.#resources.get(key);
    const hash = before && before.hash !== read.hash ? "changed" : read.hash;
    this.#resources.set(key, { ...read, hash });
  }
}

async function readImage(loader: Loader, { href, localFile }: Place): Promise<ImageFile> {
  const content = localFile
    ? await loader.file(href)
    : await loader.http(href, { response: "arrayBuffer" } as never);
  const bytes = Buffer.from(content as never);
  return { bytes, hash: sha256(bytes) };
}

/** The hash of what a loader gives, which is text or bytes. */
function sha256(content: unknown): string {
  const bytes = content instanceof ArrayBuffer ? new Uint8Array(content) : content;
  return createHash("sha256").update(bytes as string | Uint8Array).digest("hex");
}
