/**
 * @file TensorFlow.js weights in a zip: `model.json` with a weights manifest, and `group1-shardXofY.bin` of 4 MB
 * each, as tfjs's own converter cuts them. Unzipped, `tf.io.http('model.json').load()` reads it and
 * `tf.io.decodeWeights` turns it into tensors. It describes no layers model: the network is Seesaw's own code.
 */
import { downloadZip } from 'client-zip';
import { checkWritable } from './checkTensors';
import type { Format, TensorFile } from './tensorFile';

export const shardBytes = 4 * 2 ** 20;

async function write({ tensors, metadata }: TensorFile): Promise<Blob> {
  checkWritable(tensors);
  const weights = new Blob(tensors.map(t => t.values));
  const shards = Math.max(1, Math.ceil(weights.size / shardBytes));
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const model = {
    format: 'weights',
    generatedBy: 'Seesaw',
    convertedBy: null,
    // tfjs's loaders refuse a file without a topology.
    modelTopology: { class_name: 'Seesaw', config: { name: 'seesaw' } },
    weightsManifest: [
      { paths, weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) },
    ],
    userDefinedMetadata: metadata,
  };
  const files = [
    { name: 'model.json', input: JSON.stringify(model) },
    ...(await Promise.all(
      paths.map(async (name, i) => ({
        name,
        input: await weights.slice(i * shardBytes, (i + 1) * shardBytes).arrayBuffer(),
      })),
    )),
  ];
  const zip = await downloadZip(files).arrayBuffer();
  return new Blob([zip], { type: tfjs.mediaType });
}

export const tfjs: Format = {
  label: 'TensorFlow.js',
  extension: 'zip',
  mediaType: 'application/zip',
  resumes: false,
  write,
  // Few visitors read a zip, so the first to do it loads the library.
  read: async blob => (await import('./readTfjsZip')).readTfjsZip(blob),
  recognises: head => [0x50, 0x4b, 0x03, 0x04].every((byte, i) => head[i] === byte),
};
