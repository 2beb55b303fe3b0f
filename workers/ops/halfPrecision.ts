/** @file Half precision, for rooms that know no backend: `gpu/halfMaps.ts` says what it is. */
import { inHalf } from '../gpu/halfMaps';
import { ownBackend } from '../gpu/ownBackend';
import { coverForHalf } from '../gpu/tfjs/register';

/** Whether the current backend can keep maps as halves. */
export const canHalve = (): boolean => ownBackend() !== null;

/** Runs `work`, which must not wait for anything, with maps kept as halves. */
export function withHalves<T>(work: () => T): T {
  coverForHalf();
  return inHalf(work);
}
