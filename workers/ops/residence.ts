/**
 * @file Where tensors live, for rooms that know no backend: on WebGPU in buffers that die with their work instead of being
 * kept by tfjs for the next time, elsewhere wherever tfjs keeps them.
 */
export { readBack, sparingly, upload } from '../gpu/ownBackend';
