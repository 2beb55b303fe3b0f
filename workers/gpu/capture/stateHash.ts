/**
 * @file Computes a 32-bit fingerprint of every buffer on the GPU. If all fingerprints of two states are equal, the
 * states are equal to the bit, except for a chance of one in 2³² for each buffer. Each word is mixed with its place
 * and the results are summed as integers. So the order in which threads add does not matter.
 */

import { compileAhead, pipelineOf } from '../dispatch';
import { scrambleWgsl } from '../wgsl/scramble';

const threads = 64;
const workgroups = 64;
/** The smallest alignment of a binding's offset that every device accepts. */
const stride = 256;

const program = {
  label: 'stateHash',
  workgroups: [workgroups, 1, 1],
  wgsl: `
@group(0) @binding(0) var<storage, read_write> total: atomic<u32>;
@group(0) @binding(1) var<storage, read> words: array<u32>;
${scrambleWgsl}
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var own = 0u;
  for (var i = id.x; i < arrayLength(&words); i += ${threads * workgroups}u) {
    own += scramble(scramble(words[i] + 0x9e3779b9u) ^ scramble(i));
  }
  atomicAdd(&total, own);
}`,
} as const;

/** Compiles the program in the background, before the first hash. */
export const compileStateHash = (device: GPUDevice): void => compileAhead(device, program);

/** Returns one number for each buffer. No commands that write these buffers may be waiting for their submit. */
export async function stateHash(device: GPUDevice, buffers: readonly GPUBuffer[]): Promise<number[]> {
  const size = Math.max(1, buffers.length) * stride;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const totals = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const staging = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  const pipeline = pipelineOf(device, program);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  buffers.forEach((buffer, i) => {
    const total = { buffer: totals, offset: i * stride, size: 4 };
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [
          { binding: 0, resource: total },
          { binding: 1, resource: { buffer } },
        ],
      }),
    );
    pass.dispatchWorkgroups(...program.workgroups);
  });
  pass.end();
  encoder.copyBufferToBuffer(totals, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange());
  const hashes = buffers.map((_, i) => words[(i * stride) / 4] ?? 0);
  totals.destroy();
  staging.destroy();
  return hashes;
}
