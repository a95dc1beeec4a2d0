/** Telling that a long render has ended, where the user does not see it. */
import { Notification as Toast } from "@jupyterlab/apputils";
import type { TranslationBundle } from "@jupyterlab/translation";
import { renderName } from "./names.ts";
import { Words } from "./output/words.ts";
import type { IRenders, ISettings, Render } from "./tokens.ts";

/** Renders that took less are not told of, in seconds. */
const LONG = 10;

/** How long the message of the Lab stays, in ms. */
const SHOWN = 6000;

/**
 * Tells of a long render that has ended: by the browser where the page is hidden, by the Lab where
 * only the notebook is. Who cancelled a render knows.
 */
export function notifyOfEnds(
  renders: IRenders,
  settings: ISettings,
  trans: TranslationBundle,
): void {
  renders.ended.connect((_, render) => {
    const { state, seconds } = render.model;
    if (!settings.current.notify || seconds <= LONG || state === "cancelled") {
      return;
    }
    const title = state === "done"
      ? trans.__("%1 is rendered", renderName(render, trans))
      : trans.__("%1 failed", renderName(render, trans));
    const goThere = () => {
      const place = renders.placeOfJob(render.model.id);
      if (place) void renders.reveal(place);
    };
    if (document.hidden) tellInBrowser(title, render, goThere, trans);
    else if (!render.panel.isVisible) tellInLab(title, render, goThere, trans);
  });
}

function tellInBrowser(
  title: string,
  { model }: Render,
  goThere: () => void,
  trans: TranslationBundle,
): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  const notification = new Notification(title, {
    body: model.state === "done" ? new Words(trans).facts(model) : model.error,
    tag: model.id,
  });
  notification.onclick = () => {
    globalThis.focus();
    notification.close();
    goThere();
  };
}

function tellInLab(
  title: string,
  { model }: Render,
  goThere: () => void,
  trans: TranslationBundle,
): void {
  Toast.emit(title, model.state === "done" ? "success" : "error", {
    autoClose: SHOWN,
    actions: [{ label: trans.__("Go to Cell"), callback: goThere }],
  });
}
