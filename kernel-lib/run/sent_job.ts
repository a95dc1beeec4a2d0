/** A job on its way to other machines: what is large in it travels once, under its hash. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import { pack } from "../render/pack.ts";
import type { Job } from "../render/task.ts";
import type { Need } from "./bridge_protocol.ts";

/** Rows of a dataset that take fewer bytes than this stay in the spec. */
const LARGE = 2 ** 14;

/** A job without what travels by itself: hashes stand for that. */
interface Description {
  job: Job;
  context?: string;
  /** The rows of datasets, by their place in the spec. */
  values: [dataset: number, hash: string][];
  fonts: [name: string, hash: string][];
  module?: { hash: string; entry: string };
}

/** The files of a module, by their paths below the folder that they share. */
export interface ModuleFiles {
  entry: string;
  files: [path: string, content: Uint8Array][];
}

/** What has to be where a job's tasks are done. */
export interface SentJob {
  /** Hash of the description. */
  hash: string;
  /** All that is needed, the description too. */
  blobs: Map<string, Uint8Array>;
  needs: Need[];
}

/** Turns jobs into what is sent; what two of them have in common is the same blob. */
export class JobSender {
  readonly #known = new WeakMap<object, { hash: string; bytes: Uint8Array } | "small">();
  readonly #readModule: (url: string) => ModuleFiles;

  /** @param readModule Reads the module of an `update`, with all that it imports. */
  constructor(readModule: (url: string) => ModuleFiles) {
    this.#readModule = readModule;
  }

  /**
   * What has to be sent for a job.
   *
   * @throws {Error} If a font or a module of it cannot be read.
   */
  send(job: Job): SentJob {
    const blobs = new Map<string, Uint8Array>();
    const add = (bytes: Uint8Array) => {
      const hash = sha256(bytes);
      blobs.set(hash, bytes);
      return hash;
    };
    const { context, spec, fonts, update, ...rest } = job;
    const values: Description["values"] = [];
    const data = spec.data === undefined ? {} : {
      data: (spec.data as Record<string, unknown>[]).map((dataset, i) => {
        const large = this.#large(dataset.values, LARGE);
        if (!large) return dataset;
        blobs.set(large.hash, large.bytes);
        values.push([i, large.hash]);
        return { ...dataset, values: null };
      }),
    };
    const description: Description = {
      job: { ...rest, spec: { ...spec, ...data }, fonts: {} },
      values,
      fonts: Object.entries(fonts).map(([name, path]) => [name, add(readFileSync(path))]),
    };
    if (update && "module" in update && update.module.startsWith("file:")) {
      const module = this.#readModule(update.module);
      const bytes = pack(module.files, "send 'update'");
      description.module = { hash: add(bytes), entry: module.entry };
    } else if (update) {
      description.job.update = update;
    }
    const large = this.#large(context, LARGE);
    if (large) {
      blobs.set(large.hash, large.bytes);
      description.context = large.hash;
    } else if (context !== undefined) {
      description.job.context = context;
    }
    const hash = add(pack(description, "send the job"));
    const needs = [...blobs].map(([hash, bytes]): Need => [hash, bytes.length]);
    return { hash, blobs, needs };
  }

  /** The bytes of a value, if they are many. */
  #large(value: unknown, limit: number): { hash: string; bytes: Uint8Array } | undefined {
    if (typeof value !== "object" || value === null) {
      if (typeof value !== "string" || value.length < limit) return undefined;
      const bytes = pack(value, "send the job");
      return { hash: sha256(bytes), bytes };
    }
    let known = this.#known.get(value);
    if (!known) {
      const bytes = pack(value, "send the job");
      known = bytes.length < limit ? "small" : { hash: sha256(bytes), bytes };
      this.#known.set(value, known);
    }
    return known === "small" ? undefined : known;
  }
}

/**
 * Puts a job together again.
 *
 * @param hash Hash of its description.
 * @param folder Where the files with all that it needs lie.
 * @throws {Error} If one of them is not there.
 */
export function receiveJob(hash: string, folder: string): Job {
  const read = (name: string) => deserialize(readFileSync(join(folder, name)));
  const description = read(hash) as Description;
  const { job, context, values, fonts, module } = description;
  const data = job.spec.data as Record<string, unknown>[] | undefined;
  for (const [i, name] of values) data![i].values = read(name);
  job.fonts = Object.fromEntries(fonts.map(([name, hash]) => [name, join(folder, hash)]));
  if (context !== undefined) job.context = read(context);
  if (module) {
    const files = `${module.hash}.files`;
    unpackFiles(read(module.hash) as ModuleFiles["files"], join(folder, files));
    job.update = { module: pathToFileURL(join(folder, files, module.entry)).href };
  }
  return job;
}

/** Writes files to a folder, whole or not at all; it may be there already. */
function unpackFiles(files: ModuleFiles["files"], folder: string): void {
  const temporary = mkdtempSync(`${folder}-`);
  try {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), content);
    }
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const { code } = error as { code?: string };
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
