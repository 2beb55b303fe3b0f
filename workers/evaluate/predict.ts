/** @file Computes the logits and embeddings of held-out samples and reads them back to the CPU. */

import { option } from '../config/options';
import type { Model } from '../model/model';
import type { DatasetIndex, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import { collate, type Labelled } from '../samples/batches';
import { ForwardPass } from './forwardPass';
import type { Embeddings } from './pairDistances';

export interface NetworkOutputs {
  /** The sample of each row, as an index into the dataset. */
  samples: number[];
  /**
   * For each task, the logits `[samples, classes]` row by row, and the true classes. −1 says that the sample has no label, or
   * that the task does not see it. The L2-normalised embeddings are null if the task has none.
   */
  tasks: {
    id: string;
    classes: number;
    logits: Float32Array;
    labels: Int32Array;
    embeddings: Embeddings | null;
  }[];
}

/**
 * Runs the network on samples. A sample with a damaged picture gets no row. Rejects when `signal` aborts.
 * @param samples indices into the dataset, with the class for each task.
 * @param onWarning is told why the passes were slower than they could be.
 */
export async function predict(
  model: Model,
  pixels: Link<PixelsApi>,
  index: DatasetIndex,
  samples: readonly Labelled[],
  signal: AbortSignal,
  onWarning: (warning: string) => void = () => undefined,
): Promise<NetworkOutputs> {
  const { network, tasks } = model;
  model.statistics.publish();
  // A batch that fits on the GPU in training also fits here: the feature maps are the same, and there are no gradients.
  const batch = option(model.config, 'batchSize');
  const parts = Array.from({ length: Math.ceil(samples.length / batch) }, (_, i) =>
    samples.slice(i * batch, (i + 1) * batch),
  );
  const load = (part: readonly Labelled[] = []) => {
    const indices = part.map(s => s.sample);
    const loading = pixels.call('pixels', { id: index.id, indices, size: network.inputSize }, { signal });
    loading.catch(() => undefined); // The error is reported where `loading` is awaited.
    return loading;
  };
  const forward = new ForwardPass(model, batch, parts.length);
  const passes: Promise<Float32Array[]>[] = [];
  const without = new Set<number>();
  try {
    let next = load(parts[0]);
    for (const [i, part] of parts.entries()) {
      const { bytes, damaged } = await next;
      for (const sample of damaged) without.add(sample);
      if (i + 1 < parts.length) next = load(parts[i + 1]);
      const pass = forward.run(bytes, part.length);
      pass.catch(() => undefined); // The error is reported where `pass` is awaited.
      passes.push(pass);
      await passes[i - 1];
    }
  } finally {
    await Promise.allSettled(passes);
    forward.dispose();
    if (forward.warning) onWarning(forward.warning);
  }
  const outputs = await Promise.all(passes);
  const sound = samples.filter(({ sample }) => !without.has(sample));
  const rows = samples.map(({ sample }) => !without.has(sample));
  const column = (output: number) =>
    keepRows(join(outputs.map(values => values[output] ?? new Float32Array())), rows);
  const { labels } = collate(sound, tasks.length);
  const embedding = tasks.filter(task => task.embeds);
  return {
    samples: sound.map(({ sample }) => sample),
    tasks: tasks.map((task, t) => {
      const values = column(t);
      return {
        id: task.id,
        classes: values.length / Math.max(1, sound.length),
        logits: values,
        labels: labels[t] as Int32Array,
        // The embeddings come after the logits of all tasks, in the order of the tasks that have one.
        embeddings: task.embeds
          ? { size: network.bottleneck, values: column(tasks.length + embedding.indexOf(task)) }
          : null,
      };
    }),
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

/** The rows to keep of a matrix with `keep.length` rows. */
function keepRows(values: Float32Array, keep: readonly boolean[]): Float32Array {
  if (!keep.includes(false)) return values;
  const width = values.length / keep.length;
  const kept = new Float32Array(width * keep.filter(row => row).length);
  let at = 0;
  for (const [i, row] of keep.entries()) {
    if (!row) continue;
    kept.set(values.subarray(i * width, (i + 1) * width), at);
    at += width;
  }
  return kept;
}
