/** Finds out which images could not be loaded: Vega draws nothing there, without a word. */
import type { CanvasRenderer } from "./vega.ts";

/** The longest part of a URL that a message repeats, in characters. */
const URL_LENGTH = 120;

/** No URL means no image: what Vega-Lite writes for a row that has none. */
const NO_URL = ["null", "undefined"];

/** Images are missing; the message can follow "as". */
export class MissingImageError extends Error {}

/** Watches the images that a renderer loads. */
export class ImageWatch {
  readonly #missing = new Set<string>();
  /** Why an image could not be loaded, where that is known. */
  readonly #reasons = new Map<string, string>();

  /** @param loader The renderer's own loader, which is changed. */
  constructor(loader: CanvasRenderer["_loader"]) {
    const load = loader.loadImage.bind(loader);
    const source = loader._loader;
    const { sanitize } = source;
    source.sanitize = async (url, options) => {
      try {
        return await sanitize.call(source, url, options);
      } catch (error) {
        this.#reasons.set(url, (error as Error).message);
        throw error;
      }
    };
    loader.loadImage = async (url) => {
      const image = await load(url);
      const note = () => {
        if (url && !NO_URL.includes(url) && !(image.width > 0)) this.#missing.add(url);
      };
      // Some libraries know at once, others when the picture is there.
      if (image.complete || !image.src) {
        note();
        return image;
      }
      const { onload, onerror } = image;
      const noted = (event: (() => void) | undefined) => () => {
        note();
        event?.();
      };
      return Object.assign(image, { onload: noted(onload), onerror: noted(onerror) });
    };
  }

  /** Forgets what is missing. */
  begin(): void {
    this.#missing.clear();
    this.#reasons.clear();
  }

  /** @throws {MissingImageError} If an image is missing since `begin`. */
  check(): void {
    const urls = [...this.#missing].map((url) =>
      `'${url.length > URL_LENGTH ? `${url.slice(0, URL_LENGTH - 3)}...` : url}'`
    );
    if (urls.length === 0) return;
    const rest = urls.length > 3 ? ` and ${urls.length - 3} more` : "";
    const images = `${urls.length === 1 ? "image" : "images"} ${
      urls.slice(0, 3).join(", ")
    }${rest}`;
    const reason = this.#reasons.get([...this.#missing][0]);
    throw new MissingImageError(
      `the ${images} could not be loaded: ${
        reason ?? "there is no picture in a format known here"
      }`,
    );
  }
}
