/** The outputs of jobs in a notebook's model. */
import { type ICellModel, type ICodeCellModel, isCodeCellModel } from "@jupyterlab/cells";
import type { IOutputModel } from "@jupyterlab/rendermime";
import { type JobModel, MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { readModel } from "./model.ts";

/** A job's output. */
export interface JobOutput {
  cell: ICodeCellModel;
  /** Position among the cell's outputs. */
  index: number;
  output: IOutputModel;
  job: JobModel;
}

/** The job that is at a place; undefined where there is none, or none that can be read. */
export function jobOutputAt(cell: ICodeCellModel, index: number): JobOutput | undefined {
  if (cell.isDisposed || index >= cell.outputs.length) return undefined;
  const output = cell.outputs.get(index);
  if (output.type !== "display_data" && output.type !== "update_display_data") {
    return undefined;
  }
  const data: Record<string, unknown> = output.data;
  if (!Object.hasOwn(data, MIME_TYPE)) return undefined;
  const reading = readModel(data[MIME_TYPE]);
  return reading.kind === "job" ? { cell, index, output, job: reading.job } : undefined;
}

/** The outputs of all jobs in cells. */
export function* jobOutputs(cells: Iterable<ICellModel>): Iterable<JobOutput> {
  for (const cell of cells) {
    if (!isCodeCellModel(cell)) continue;
    for (let index = 0; index < cell.outputs.length; index++) {
      const found = jobOutputAt(cell, index);
      if (found) yield found;
    }
  }
}
