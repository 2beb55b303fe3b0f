/** @file Compares a weight file with the model that will load it, before anything in the model changes. */
import { AppError } from '../protocol/errors';
import { checkFinite, shapeText, sizeOf } from './checkTensors';
import type { FileTensor, TensorFile } from './tensorFile';

const some = (items: readonly string[]): string =>
  items.slice(0, 3).join(', ') + (items.length > 3 ? ` and ${items.length - 3} more` : '');

/**
 * Returns the file's tensors by name, if they are exactly the expected ones.
 * @throws AppError `weights/missing`, `weights/unexpected`, `weights/duplicate`, `weights/shape` (name and both
 * shapes), `weights/not-finite`.
 */
export function matchTensors(
  file: Pick<TensorFile, 'tensors'>,
  expected: readonly { name: string; shape: readonly number[] }[],
): Map<string, FileTensor> {
  const found = new Map<string, FileTensor>();
  for (const tensor of file.tensors) {
    if (found.has(tensor.name))
      throw new AppError(
        'weights/duplicate',
        `The file holds tensor "${tensor.name}" twice. Export it again.`,
      );
    found.set(tensor.name, tensor);
  }
  // Shapes are checked first. A file of another width differs in nearly every tensor, and the first one tells it best.
  for (const { name, shape } of expected) {
    const tensor = found.get(name);
    if (tensor && shapeText(tensor.shape) !== shapeText(shape))
      throw new AppError(
        'weights/shape',
        `Tensor "${name}" has shape ${shapeText(tensor.shape)} in the file, but the model wants ${shapeText(shape)}. Choose the preset, input size and dataset the file was trained with.`,
      );
  }
  const missing = expected.filter(({ name }) => !found.has(name));
  if (missing.length > 0)
    throw new AppError(
      'weights/missing',
      `The file lacks ${missing.length} of the model's ${expected.length} tensors: ${some(missing.map(({ name, shape }) => `"${name}" ${shapeText(shape)}`))}. Choose the preset, system and method the file was trained with.`,
    );
  const names = new Set(expected.map(({ name }) => name));
  const unexpected = file.tensors.filter(({ name }) => !names.has(name));
  if (unexpected.length > 0)
    throw new AppError(
      'weights/unexpected',
      `The file holds ${unexpected.length} tensors the model has no place for: ${some(unexpected.map(({ name, shape }) => `"${name}" ${shapeText(shape)}`))}. Choose the preset, system and method the file was trained with.`,
    );
  for (const tensor of file.tensors) {
    if (tensor.values.length !== sizeOf(tensor.shape))
      throw new AppError(
        'weights/shape',
        `Tensor "${tensor.name}" has ${tensor.values.length} values, but its shape ${shapeText(tensor.shape)} holds ${sizeOf(tensor.shape)}.`,
      );
    checkFinite(tensor);
  }
  return found;
}
