/** @file Checks that all formats share: the sizes fit the shapes, the names are unique and the values are finite. */
import { AppError } from '../protocol/errors';
import type { FileTensor } from './tensorFile';

export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Number of values of a shape; 1 for a scalar `[]`. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Whether an untrusted value is a list of whole numbers from 0, small enough to multiply exactly. */
export function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every(d => Number.isSafeInteger(d) && d >= 0) &&
    Number.isSafeInteger(sizeOf(value))
  );
}

/** @throws AppError `weights/not-finite` with the tensor's name and the place of its first NaN or infinity. */
export function checkFinite({ name, shape, values }: FileTensor): void {
  const at = values.findIndex(v => !Number.isFinite(v));
  if (at >= 0)
    throw new AppError(
      'weights/not-finite',
      `Tensor "${name}" ${shapeText(shape)} holds ${values[at]} at position ${at}. Such weights cannot be used: import a file from before the run diverged.`,
    );
}

/**
 * Checks the input of a writer.
 * @throws AppError `weights/duplicate` for a name used twice, `weights/shape` when the values do not fill the shape.
 */
export function checkWritable(tensors: readonly FileTensor[]): void {
  const names = new Set<string>();
  for (const { name, shape, values } of tensors) {
    if (names.has(name) || name === '__metadata__')
      throw new AppError('weights/duplicate', `Two tensors cannot both be named "${name}". Rename one.`);
    names.add(name);
    if (!isShape(shape) || sizeOf(shape) !== values.length)
      throw new AppError(
        'weights/shape',
        `Tensor "${name}" has ${values.length} values, but its shape ${shapeText(shape)} holds ${sizeOf(shape)}.`,
      );
  }
}
