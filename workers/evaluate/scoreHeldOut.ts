/** @file Scores a model on the held-out split. */

import { option } from '../config/options';
import type { Model } from '../model/model';
import type { PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import type { Evaluation } from '../protocol/runs';
import type { PreparedData } from '../samples/prepare';
import { METRICS } from './metrics';
import { predict } from './predict';

/** Held-out samples whose picture is damaged are left out and counted. Rejects when `signal` aborts. */
export async function scoreHeldOut(
  model: Model,
  { test, index }: PreparedData,
  pixels: Link<PixelsApi>,
  step: number,
  signal: AbortSignal,
  onWarning: (warning: string) => void = () => undefined,
): Promise<Evaluation> {
  const nothing = (): Evaluation => {
    const accuracy = Object.fromEntries(model.tasks.map(task => [task.id, null]));
    return { step, samples: 0, accuracy, verificationAuc: null, pairs: 0 };
  };
  if (test.length === 0) return nothing();
  const predictions = await predict(model, pixels, index, test, signal, onWarning);
  const samples = predictions.identities.length;
  const damaged = samples < test.length ? { damaged: test.length - samples } : {};
  if (samples === 0) return { ...nothing(), ...damaged };
  const seed = option(model.config, 'seed');
  const roc = METRICS.rocAuc.compute(predictions, seed);
  return {
    step,
    samples,
    ...damaged,
    accuracy: METRICS.accuracy.compute(predictions, seed),
    verificationAuc: roc?.auc ?? null,
    pairs: roc?.pairs ?? 0,
  };
}
