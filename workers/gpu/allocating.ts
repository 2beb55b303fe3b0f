/**
 * @file Runs work that may ask the GPU for more memory than it has. WebGPU then returns invalid buffers and reports the
 * error later. Error scopes around the work tell which work asked for them, so that only that run fails.
 */
import { AppError } from '../protocol/errors';
import { ownBackend } from './ownBackend';

const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

function outOfMemory(asked: number, batchSize: number | null, cause: unknown): AppError {
  const size = `${short.format(asked / 1e6)} MB`;
  if (batchSize === null)
    return new AppError(
      'memory/full',
      `The GPU has no memory left for the ${size} that this takes for a moment. Remove other runs, then try again; the run is as it was.`,
      { cause },
    );
  const advice =
    batchSize > 2
      ? `start it again with batch ${Math.max(2, Math.floor(batchSize / 2))}, in half precision or with “Recompute activations”`
      : 'choose a smaller network or width, half precision or “Recompute activations”';
  return new AppError(
    'memory/full',
    `The GPU has no memory left: with batch ${batchSize} this run asked for ${size} at once. Remove runs that are over, or ${advice}.`,
    { cause },
  );
}

/**
 * Runs `work`. Only what `work` does before its first wait is watched.
 * @param batchSize is that of the run that starts or steps. It is null for work that changes nothing and can be
 * repeated.
 * @param undo disposes what `work` returned when its buffers are invalid. A variable that stays would spoil later
 * captures.
 * @throws AppError `memory/full` when the GPU had no room for the buffers, `device/refused` when it refused a command.
 */
export async function allocating<T>(
  batchSize: number | null,
  work: () => T | Promise<T>,
  undo: (result: T) => void = () => undefined,
): Promise<T> {
  const device = ownBackend()?.device;
  if (!device) return work();
  let asked = 0;
  const { createBuffer } = device;
  device.createBuffer = descriptor => {
    asked += descriptor.size;
    return createBuffer.call(device, descriptor);
  };
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const begin = async () => work();
  const result = begin();
  result.catch(() => undefined); // the caller gets this error after the scopes have answered
  device.createBuffer = createBuffer;
  const scopes = [device.popErrorScope(), device.popErrorScope()];
  const [full, refused] = await Promise.all(scopes);
  if (!full && !refused) return result;
  await result.then(undo, () => undefined); // the result lies in invalid buffers
  if (full) throw outOfMemory(asked, batchSize, full);
  throw new AppError('device/refused', `The GPU refused a command: ${refused?.message}`);
}
