/** @file All that the module exports. Addresses are bytes; sizes are numbers, not bytes, unless a name says otherwise. */
export * from './batchNorm';
export * from './conv';
export * from './loss';
export * from './map';
export * from './optimizer';
export * from './pooling';
export * from './sync';
export * from './unit';
