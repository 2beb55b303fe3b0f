/**
 * @file tfjs as everyone here imports it: its core, the gradients that our ops need, and the CPU backend. The package
 * `@tensorflow/tfjs` would also bring its layers, its converter, its data pipelines and every kernel of every backend.
 * `webgpu.ts` and `webgl.ts` add their backends.
 */
import './cpu';
import './gradients';

export * from '@tensorflow/tfjs-core';
