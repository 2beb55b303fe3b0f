/**
 * @file Measures GPU time by kernel with a pair of timestamps for every compute pass. tfjs packs many dispatches into
 * one pass, so each pass is submitted alone while profiling. Only the shares are comparable with a normal run.
 */
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import type { WebGPUBackend } from '../tf/webgpu';

export interface KernelTime {
  label: string;
  count: number;
  gpuMs: number;
}

/** The number of passes that one query set has room for. */
const capacity = 2048;

/**
 * Times everything that `work` records on the backend. The slowest kernel comes first.
 * @throws AppError `gpu/timestamps` if the device was not asked for `timestamp-query`, or `work` has over 2048 passes.
 */
export async function profileGpu(backend: WebGPUBackend, work: () => void): Promise<KernelTime[]> {
  const { device } = backend;
  if (!device.features.has('timestamp-query'))
    throw new AppError('gpu/timestamps', 'The device has no timestamp-query: start it with that feature.');
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * capacity });
  const labels: string[] = [];
  const create = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = descriptor => {
    const encoder = create(descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = descriptor => {
      const index = labels.push('empty pass') - 1;
      const timestampWrites = {
        querySet,
        beginningOfPassWriteIndex: 2 * index,
        endOfPassWriteIndex: 2 * index + 1,
      };
      const pass = begin(index < capacity ? { ...descriptor, timestampWrites } : descriptor);
      const setPipeline = pass.setPipeline.bind(pass);
      pass.setPipeline = pipeline => {
        labels[index] = pipeline.label || 'unnamed';
        setPipeline(pipeline);
      };
      return pass;
    };
    return encoder;
  };
  const batched = Number(tf.env().get('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE'));
  const flush = () => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  flush();
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
  try {
    work();
    flush();
  } finally {
    tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', batched);
    device.createCommandEncoder = create;
  }
  if (labels.length > capacity)
    throw new AppError(
      'gpu/timestamps',
      `${labels.length} passes are more than ${capacity}: profile less at a time.`,
    );
  try {
    return byLabel(labels, await readTimes(device, querySet, labels.length));
  } finally {
    querySet.destroy();
  }
}

/** Reads the begin and the end of each pass, in nanoseconds. */
async function readTimes(device: GPUDevice, querySet: GPUQuerySet, passes: number): Promise<BigUint64Array> {
  const size = Math.max(16, passes * 16);
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const copy = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, copy, 0, size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const times = new BigUint64Array(copy.getMappedRange().slice(0));
  resolved.destroy();
  copy.destroy();
  return times;
}

function byLabel(labels: readonly string[], times: BigUint64Array): KernelTime[] {
  const rows = new Map<string, KernelTime>();
  labels.forEach((label, i) => {
    const row = rows.get(label) ?? { label, count: 0, gpuMs: 0 };
    row.count++;
    row.gpuMs += Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)) / 1e6;
    rows.set(label, row);
  });
  return [...rows.values()].sort((a, b) => b.gpuMs - a.gpuMs);
}
