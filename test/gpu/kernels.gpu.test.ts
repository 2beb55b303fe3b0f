import { afterAll, beforeAll, expect, test } from 'vitest';
import { KERNELS } from '../../workers/gpu/kernels';
import type { Kernel, Values } from '../../workers/gpu/kernels/kernel';

/** A kernel whose options are no longer known by type: the registry's cases fit their own kernel. */
type AnyKernel = { name: string; cases: readonly object[] } & Kernel<object>;
const kernels = Object.values(KERNELS) as readonly AnyKernel[];

let device: GPUDevice;
beforeAll(async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter)
    throw new Error('no WebGPU adapter: GPU tests need Chromium with --enable-unsafe-webgpu (see README)');
  device = await adapter.requestDevice();
});
afterAll(() => device.destroy());

/** Values in −1 … 1 with zeros among them, the same in every run. */
function noise(length: number, phase: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => {
    const value = Math.sin(12.9898 * (i + 1) + 78.233 * phase) * 43758.5453;
    return i % 11 === 0 ? 0 : 2 * (value - Math.floor(value)) - 1;
  });
}

/** Runs one kernel on copies of the buffers and returns what it left in the first `outputs` of them. */
async function runOnGpu(
  kernel: AnyKernel,
  options: object,
  buffers: readonly Values[],
  outputs: number,
): Promise<Values[]> {
  const { label, wgsl, workgroups } = kernel.wgsl(options);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code: wgsl });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const uploaded = buffers.map(values => {
    const buffer = device.createBuffer({ size: values.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
    device.queue.writeBuffer(buffer, 0, values as Values & ArrayBufferView<ArrayBuffer>);
    return buffer;
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: uploaded.map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(...workgroups);
  pass.end();
  const copies = uploaded.slice(0, outputs).map(buffer => {
    const copy = device.createBuffer({ size: buffer.size, usage: COPY_DST | MAP_READ });
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
    return copy;
  });
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  if (error) throw new Error(`${label}: ${error.message}`);
  const results = await Promise.all(
    copies.map(async (copy, i) => {
      await copy.mapAsync(GPUMapMode.READ);
      const bytes = copy.getMappedRange().slice(0);
      const values = kernel.integers?.includes(i) ? new Int32Array(bytes) : new Float32Array(bytes);
      copy.destroy();
      return values;
    }),
  );
  for (const buffer of uploaded) buffer.destroy();
  return results;
}

/** Tells NaN from infinity and zero from nothing; names the worst element. */
function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string) {
  expect(actual.length, what).toBe(wanted.length);
  let worst = { index: -1, error: tolerance };
  for (let i = 0; i < wanted.length; i++) {
    const [a, w] = [actual[i] ?? Number.NaN, wanted[i] ?? Number.NaN];
    if (Object.is(a, w) || a === w) continue;
    const error = Math.abs(a - w) / Math.max(1, Math.abs(w));
    if (!(error <= worst.error)) worst = { index: i, error };
  }
  const { index, error } = worst;
  if (index >= 0)
    throw new Error(`${what}[${index}] is ${actual[index]}, wanted ${wanted[index]}: off by ${error}`);
}

/*
 * The reference sums in double precision. The cases add at most 400 products of numbers in −1 … 1, so float32's own
 * rounding is below √400 · 2⁻²⁴ · (a sum of about 10) ≈ 1e-5.
 */
const tolerance = 1e-5;

test.each(kernels)('$name equals its plain twin on every case', async kernel => {
  expect(kernel.cases.length).toBeGreaterThan(0);
  for (const options of kernel.cases) {
    const { outputs, inputs } = kernel.sizes(options);
    const written = outputs.map((size, i) =>
      kernel.integers?.includes(i) ? new Int32Array(size).fill(-1) : noise(size, i),
    );
    const read = kernel.example?.(options) ?? inputs.map((size, i) => noise(size, outputs.length + i));
    expect(read.map(({ length }) => length)).toEqual(inputs);
    const buffers: Values[] = [...written, ...read];
    const onGpu = await runOnGpu(kernel, options, buffers, outputs.length);
    kernel.reference(options, ...buffers);
    onGpu.forEach((values, i) => {
      const wanted = buffers[i] as Values;
      expectClose(values, wanted, tolerance, `${kernel.name} ${JSON.stringify(options)} buffer ${i}`);
    });
  }
});
