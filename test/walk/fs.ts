/** Stands for `node:fs`, and takes Deno's own functions along: every file operation is a step. */
import real from "node:fs";
import { isBroken, stepped } from "./step.ts";
import "./threads.ts";

const named = <Name extends keyof typeof real>(name: Name) =>
  stepped(name, real[name] as never) as unknown as (typeof real)[Name];

export const appendFileSync = named("appendFileSync");
export const closeSync = named("closeSync");
export const mkdirSync = named("mkdirSync");
export const mkdtempSync = named("mkdtempSync");
export const openSync = named("openSync");
export const readdirSync = named("readdirSync");
export const readFileSync = named("readFileSync");
export const readSync = named("readSync");
export const realpathSync = named("realpathSync");
export const renameSync = named("renameSync");
export const rmSync = named("rmSync");
export const statSync = named("statSync");
export const utimesSync = named("utimesSync");
export const writeFileSync = named("writeFileSync");
export const writeSync = named("writeSync");

/** It never throws. */
export function existsSync(path: string | URL): boolean {
  return !isBroken("existsSync") && real.existsSync(path);
}

export default real;

const deno = Deno as unknown as Record<string, (...args: unknown[]) => unknown>;
for (
  const name of [
    ...["open", "openSync", "readFile", "readTextFile", "readTextFileSync", "readLinkSync"],
    ...["stat", "rename", "remove", "removeSync", "makeTempFileSync", "readDirSync"],
  ]
) deno[name] = stepped(`Deno.${name}`, deno[name]);

const file = Deno.FsFile.prototype as unknown as typeof deno;
for (const name of ["write", "seek", "close"]) file[name] = stepped(`FsFile.${name}`, file[name]);

const command = Deno.Command.prototype;
for (const name of ["spawn", "output"] as const) {
  const original = command[name] as () => unknown;
  Object.assign(command, {
    [name](this: Deno.Command) {
      if (isBroken(`Command.${name}`)) throw new Error("the program was not started");
      const started = original.call(this);
      // One that has started can die at any time.
      if (name === "spawn" && isBroken("life of a child")) {
        (started as Deno.ChildProcess).kill("SIGKILL");
      }
      return started;
    },
  });
}
