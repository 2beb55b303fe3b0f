/** @file The WebGPU device that kernels run on, in the page and in tests: all that they can use of what an adapter has. */

const featureNames = ['timestamp-query', 'shader-f16', 'subgroups'] as const;

const limitNames = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * The faster adapter and a new device of it.
 * @throws Error without WebGPU or an adapter.
 */
export async function openDevice(): Promise<{ adapter: GPUAdapter; device: GPUDevice }> {
  if (!('gpu' in navigator) || !navigator.gpu) throw new Error('this browser has no WebGPU');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('the browser offers no WebGPU adapter');
  const device = await adapter.requestDevice({
    requiredFeatures: featureNames.filter(name => adapter.features.has(name)),
    requiredLimits: Object.fromEntries(limitNames.map(name => [name, adapter.limits[name]])),
  });
  return { adapter, device };
}
