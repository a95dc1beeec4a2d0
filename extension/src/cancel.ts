/** Cancelling: a kernel is interrupted, and with it everything that runs in it. */
import { Dialog, Notification, showDialog } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import type { ITranslator, TranslationBundle } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import { fileName, renderName } from "./names.ts";
import type { Render } from "./tokens.ts";
import { DOMAIN } from "./translation.ts";

/**
 * Interrupts the kernels of jobs; where other jobs stop with them, only if the user agrees.
 *
 * @param chosen The jobs.
 * @param running All that run.
 * @returns False if the user does not agree, or a kernel cannot be interrupted.
 */
export async function interruptKernels(
  chosen: Render[],
  running: readonly Render[],
  translator: ITranslator,
): Promise<boolean> {
  const trans = translator.load(DOMAIN);
  const kernels = new Map(
    chosen
      .map(kernelOf)
      .filter((kernel) => kernel)
      .map((k) => [k!.id, k!]),
  );
  const others = running.filter((render) => {
    const isChosen = chosen.some(({ model }) => model.id === render.model.id);
    return !isChosen && kernels.has(kernelOf(render)?.id ?? "");
  });
  if (others.length > 0 && !(await agrees(chosen, others, translator))) {
    return false;
  }
  try {
    if (kernels.size === 0) {
      throw new Error(trans.__("Its kernel is not connected"));
    }
    await Promise.all([...kernels.values()].map((kernel) => kernel.interrupt()));
    return true;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    Notification.error(trans.__("The render could not be cancelled: %1", words), {
      autoClose: 10_000,
    });
    return false;
  }
}

function kernelOf({ panel }: Render): Kernel.IKernelConnection | undefined {
  return panel.sessionContext.session?.kernel ?? undefined;
}

async function agrees(
  chosen: Render[],
  others: Render[],
  translator: ITranslator,
): Promise<boolean> {
  const trans = translator.load(DOMAIN);
  const { button } = await showDialog({
    title: trans._n("Cancel %1 render?", "Cancel %1 renders?", chosen.length + others.length),
    body: new Others(chosen, others, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__("Keep Rendering") }),
      Dialog.warnButton({ label: trans.__("Cancel All") }),
    ],
    defaultButton: 0,
  });
  return button.accept;
}

/** Names the jobs that would stop. */
class Others extends Widget {
  constructor(chosen: Render[], others: Render[], trans: TranslationBundle) {
    super();
    this.addClass("vega-reel-Others");
    const text = document.createElement("p");
    text.textContent = trans._n(
      "To cancel %2, its kernel is interrupted. This stops another render in the same kernel, too:",
      "To cancel %2, its kernel is interrupted. This stops %1 other renders in the same kernel, too:",
      others.length,
      chosen.map((render) => renderName(render, trans)).join(", "),
    );
    const list = document.createElement("ul");
    list.append(
      ...others.map((render) => {
        const item = document.createElement("li");
        item.textContent = trans.__(
          "%1 in %2",
          renderName(render, trans),
          fileName(render.panel.context.path),
        );
        return item;
      }),
    );
    this.node.append(text, list);
  }
}
