/**
 * @file Where tensors live, for rooms that know no backend. On WebGPU they live in buffers that die with their work; tfjs
 * alone would keep such buffers for the next time. On other backends they live wherever tfjs keeps them.
 */
export { readBack, sparingly, upload } from '../gpu/ownBackend';
