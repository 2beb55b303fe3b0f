/** @file What the network says about held-out samples: logits and embeddings, read back to the CPU. */

import { option } from '../config/options';
import type { Model } from '../model/model';
import type { DatasetIndex, LabelColumn, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import { collate, type Labelled } from '../samples/batches';
import { ForwardPass } from './forwardPass';
import type { Predictions } from './metric';

/**
 * Runs the network on `samples` (indices into the dataset with their class per task). Rejects when `signal` aborts.
 * @param onWarning hears why it was slower than it could be.
 */
export async function predict(
  model: Model,
  pixels: Link<PixelsApi>,
  index: DatasetIndex,
  samples: readonly Labelled[],
  signal: AbortSignal,
  onWarning: (warning: string) => void = () => undefined,
): Promise<Predictions> {
  const { network, tasks } = model;
  model.statistics.publish();
  // What fits the GPU in training fits here: the maps are the same, in the same precision, and no gradients.
  const batch = option(model.config, 'batchSize');
  const parts = Array.from({ length: Math.ceil(samples.length / batch) }, (_, i) =>
    samples.slice(i * batch, (i + 1) * batch),
  );
  const load = (part: readonly Labelled[] = []) => {
    const indices = part.map(s => s.sample);
    const bytes = pixels.call('pixels', { id: index.id, indices, size: network.inputSize }, { signal });
    bytes.catch(() => undefined); // whoever awaits it reports it
    return bytes;
  };
  const forward = new ForwardPass(model, batch, parts.length);
  const passes: Promise<Float32Array[]>[] = [];
  try {
    let next = load(parts[0]);
    for (const [i, part] of parts.entries()) {
      const bytes = await next;
      if (i + 1 < parts.length) next = load(parts[i + 1]);
      const pass = forward.run(bytes, part.length);
      pass.catch(() => undefined); // as above
      passes.push(pass);
      await passes[i - 1];
    }
  } finally {
    await Promise.allSettled(passes);
    forward.dispose();
    if (forward.warning) onWarning(forward.warning);
  }
  const outputs = await Promise.all(passes);
  const column = (output: number) => join(outputs.map(values => values[output] ?? new Float32Array()));
  const { labels } = collate(samples, tasks.length);
  const of = ({ values }: LabelColumn) => Int32Array.from(samples, ({ sample }) => values[sample] ?? -1);
  return {
    tasks: tasks.map((task, t) => {
      const values = column(t);
      return {
        id: task.id,
        classes: values.length / samples.length,
        logits: values,
        labels: labels[t] as Int32Array,
      };
    }),
    embeddings: { size: network.bottleneck, values: column(tasks.length) },
    identities: of(index.columns.identity),
    modalities: of(index.columns.modality),
  };
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
