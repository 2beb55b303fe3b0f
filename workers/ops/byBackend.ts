/**
 * @file How an op finds its form. Every op has a composed form in plain tfjs ops, which runs anywhere and is the reference
 * in tests, and fused forms of the same computation, one for each kind of backend that has kernels of our own. A fused form
 * calls kernels by name (`gpu/fusedNames.ts`); a backend has the form if it has registered the kernel of that name, so
 * another kind of backend joins by registering its own.
 */
import { type FusedName, hasFused } from '../gpu/fusedNames';

export interface Forms<Arguments extends unknown[], Result> {
  composed: (...args: Arguments) => Result;
  fused: (...args: Arguments) => Result;
}

/** Chooses at every call: `fused` where the current backend has the kernel `name`, `composed` elsewhere. */
export function byBackend<Arguments extends unknown[], Result>(
  name: FusedName,
  { composed, fused }: Forms<Arguments, Result>,
): (...args: Arguments) => Result {
  return (...args) => (hasFused(name) ? fused : composed)(...args);
}
