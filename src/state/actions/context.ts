/** @file What every group of actions works on. */
import type { Engine } from '../../engine/engine';
import { isAbort, type ProblemArea, type Store, setProblem, toProblem } from '../store';

export interface ActionContext {
  engine: Engine;
  store: Store;
}

/** Runs `work` for a button. A failure becomes the area's problem; a cancel is not a failure. Never rejects. */
export async function attempt<T>(
  store: Store,
  area: ProblemArea,
  work: () => Promise<T>,
): Promise<T | undefined> {
  setProblem(store, area, null);
  try {
    return await work();
  } catch (error) {
    if (!isAbort(error)) setProblem(store, area, toProblem(error));
    return undefined;
  }
}
