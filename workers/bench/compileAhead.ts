/** @file Compiling before the first step, as a user of tfjs can. */
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';

/** Compiles in parallel all tfjs programs that `work` needs on the current backend. Without WebGPU it does nothing. */
export async function compileAhead(work: () => tf.TensorContainer): Promise<void> {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) return;
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  try {
    tf.dispose(tf.tidy(work));
  } finally {
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
  }
  await backend.checkCompileCompletionAsync();
}
