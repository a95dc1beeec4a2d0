/** Vega reports errors of the dataflow to its logger and goes on; here they are kept. */
import type { LoggerInterface } from "vega";

/** The errors that a view has reported. */
export class ErrorRecord {
  readonly #errors: string[] = [];

  /** The logger to give to the view. */
  readonly logger: LoggerInterface = this.#createLogger();

  /** @throws {Error} If there are errors; they are forgotten then. */
  throwAny(): void {
    if (this.#errors.length > 0) throw new Error(this.#errors.splice(0).join("; "));
  }

  #createLogger(): LoggerInterface {
    const text = (args: readonly unknown[]) =>
      args.map((arg) => arg instanceof Error ? arg.message : String(arg)).join(" ");
    const logger: LoggerInterface = {
      level: (() => logger) as LoggerInterface["level"],
      error: (...args: readonly unknown[]) => (this.#errors.push(text(args)), logger),
      warn: (...args: readonly unknown[]) => {
        // Data that cannot be loaded is only warned of.
        if (/^(Loading failed|Data ingestion failed)/.test(String(args[0]))) {
          this.#errors.push(text(args));
        }
        return logger;
      },
      info: () => logger,
      debug: () => logger,
    };
    return logger;
  }
}
