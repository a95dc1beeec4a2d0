/** The user's settings. */
import { type ISignal, Signal } from "@lumino/signaling";
import type { ISettings, Settings } from "./tokens.ts";

/** What holds where the user set nothing, or something that cannot be. */
export const DEFAULTS: Settings = {
  autoplay: false,
  loop: true,
  maxHeight: 0,
  updateRate: 4,
  notify: true,
};

/** Settings as they can be, from whatever the user wrote. */
export function readSettings(values: Record<string, unknown>): Settings {
  const { autoplay, loop, maxHeight, updateRate, notify } = values;
  return {
    autoplay: typeof autoplay === "boolean" ? autoplay : DEFAULTS.autoplay,
    loop: typeof loop === "boolean" ? loop : DEFAULTS.loop,
    maxHeight: within(maxHeight, 0, 10_000) ?? DEFAULTS.maxHeight,
    updateRate: within(updateRate, 0.2, 4) ?? DEFAULTS.updateRate,
    notify: typeof notify === "boolean" ? notify : DEFAULTS.notify,
  };
}

function within(value: unknown, least: number, most: number): number | undefined {
  return typeof value === "number" && value >= least && value <= most ? value : undefined;
}

/** The part of JupyterLab's settings that is used. */
export interface SettingsSource {
  readonly composite: Record<string, unknown>;
  readonly changed: { connect(slot: () => void): unknown };
}

/** The settings as they are now; the defaults until, and unless, JupyterLab's come. */
export class CurrentSettings implements ISettings {
  #current = DEFAULTS;
  readonly #changed = new Signal<ISettings, void>(this);

  get current(): Settings {
    return this.#current;
  }

  get changed(): ISignal<ISettings, void> {
    return this.#changed;
  }

  /** Follows JupyterLab's settings. */
  follow(source: SettingsSource): void {
    const read = () => {
      this.#current = readSettings(source.composite);
      this.#changed.emit();
    };
    source.changed.connect(read);
    read();
  }
}
