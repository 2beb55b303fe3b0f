declare module 'virtual:wasm-kernels' {
  /** Base64 of the module for every engine that has SIMD. */
  export const simd: string;
  /** Base64 of the module that also wants relaxed SIMD. */
  export const relaxed: string;
}
