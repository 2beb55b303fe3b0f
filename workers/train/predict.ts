/** @file What the network says about held-out samples: logits and embeddings, read back to the CPU. */
import * as tf from '@tensorflow/tfjs';
import type { Predictions } from '../evaluate/metric';
import { mirrorDraw, packBytes } from '../gpu/kernels/standardise';
import { sparingly } from '../gpu/ownBackend';
import type { Pass } from '../nets/network';
import type { Link } from '../protocol/link';
import type { DatasetIndex, PixelsApi } from '../protocol/messages';
import { collate, type Labelled } from './batches';
import { l2Normalize } from './losses';
import type { Model } from './model';
import { option } from './options';
import { standardise } from './standardise';

/** Images a forward pass; no more than a training batch has, whose maps are known to fit. */
const largestChunk = 128;

const inference: Pass = {
  training: false,
  batchNormDecay: null,
  dropout: () => {
    throw new Error('inference drops nothing');
  },
  onMoments: () => {
    throw new Error('inference uses the moving statistics');
  },
};

/** Runs the network on `samples` (indices into the dataset with their class per task). Rejects when `signal` aborts. */
export async function predict(
  model: Model,
  pixels: Link<PixelsApi>,
  index: DatasetIndex,
  samples: readonly Labelled[],
  signal: AbortSignal,
): Promise<Predictions> {
  const { network, tasks } = model;
  model.statistics.publish();
  const logits: Float32Array[][] = tasks.map(() => []);
  const embeddings: Float32Array[] = [];
  const chunk = Math.min(largestChunk, option(model.config, 'batchSize'));
  for (let start = 0; start < samples.length; start += chunk) {
    const part = samples.slice(start, start + chunk);
    const bytes = await pixels.call(
      'pixels',
      { id: index.id, indices: part.map(s => s.sample), size: network.inputSize },
      { signal },
    );
    const outputs = sparingly(() =>
      tf.tidy(() => {
        const { inputSize } = network;
        const words = tf.tensor1d(packBytes(bytes), 'int32');
        const draw = tf.tensor1d(mirrorDraw(0, 0), 'int32');
        const images = standardise([part.length, inputSize, inputSize, 3], words, draw);
        const z = network.trunk(images, inference);
        const features = tasks.map((_, t) => network.branch(t, z, inference));
        return [...features.map((f, t) => network.head(t, f)), l2Normalize(features[0] as tf.Tensor2D)];
      }),
    );
    const values = await Promise.all(outputs.map(output => output.data()));
    tf.dispose(outputs);
    tasks.forEach((_, t) => {
      logits[t]?.push(values[t] as Float32Array);
    });
    embeddings.push(values[tasks.length] as Float32Array);
  }
  const { labels } = collate(samples, tasks.length);
  const of = (field: 'identity' | 'modality') =>
    Int32Array.from(samples, ({ sample }) => index.samples[sample]?.[field] ?? -1);
  return {
    tasks: tasks.map((task, t) => {
      const values = join(logits[t] ?? []);
      return {
        id: task.id,
        classes: values.length / samples.length,
        logits: values,
        labels: labels[t] as Int32Array,
      };
    }),
    embeddings: { size: network.bottleneck, values: join(embeddings) },
    identities: of('identity'),
    modalities: of('modality'),
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
