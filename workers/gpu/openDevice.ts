/**
 * @file Opens the WebGPU device for kernels, in the page and in tests, with all features and limits that they can
 * use.
 */

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
 * Returns the faster adapter and a new device of it.
 * @throws Error if the browser has no WebGPU or offers no adapter.
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
