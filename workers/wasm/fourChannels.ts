/**
 * @file Maps whose channels are no multiple of 4. The kernels read four numbers at a time, so such a map is copied to
 * one with more channels, and the result is copied back. No network here has such a map, but the kernels take any.
 */
import type { Operand, WasmBackend } from './backend';
import { rowsAndChannels } from './call';

export const roundedToFour = (n: number): number => 4 * Math.ceil(n / 4);

/** Wider copies of maps and vectors, all of the same channels. */
export class FourChannels {
  readonly #backend: WasmBackend;
  readonly channels: number;
  /** The channels of the wider maps. */
  readonly wide: number;
  readonly #blocks: number[] = [];
  readonly #results: { operand: Operand; at: number }[] = [];

  constructor(backend: WasmBackend, channels: number) {
    this.#backend = backend;
    this.channels = channels;
    this.wide = roundedToFour(channels);
  }

  #block(operand: Operand): { at: number; rows: number } {
    const { rows } = rowsAndChannels(operand);
    const at = this.#backend.allocate(4 * rows * this.wide);
    this.#blocks.push(at);
    return { at, rows };
  }

  /** The address of a map or vector with the wider channels, those added 0. */
  read(operand: Operand): number {
    if (this.wide === this.channels) return operand.at;
    const { at, rows } = this.#block(operand);
    this.#backend.run('copyRows', [operand.at, this.channels, at, this.wide], rows);
    return at;
  }

  /** Where the kernel writes a result of the wider channels. */
  write(operand: Operand): number {
    if (this.wide === this.channels) return operand.at;
    const { at } = this.#block(operand);
    this.#results.push({ operand, at });
    return at;
  }

  /** The same for what the kernel reads and writes. */
  update(operand: Operand): number {
    const at = this.read(operand);
    if (at !== operand.at) this.#results.push({ operand, at });
    return at;
  }

  /** Copies the results back. */
  finish(): void {
    for (const { operand, at } of this.#results)
      this.#backend.run(
        'copyRows',
        [at, this.wide, operand.at, this.channels],
        rowsAndChannels(operand).rows,
      );
    for (const at of this.#blocks) this.#backend.release(at);
  }
}
