/**
 * @file Turns recorded commands into commands that can run again: their buffers are chosen and their bind groups
 * made.
 */
import type { Command, Operand } from './recordCommands';

export type Replayable =
  | {
      kind: 'dispatch';
      pipeline: GPUComputePipeline;
      group: GPUBindGroup;
      workgroups: readonly [number, number, number];
    }
  | { kind: 'copy'; from: GPUBuffer; fromOffset: number; to: GPUBuffer; toOffset: number; size: number };

/** Where an operand begins. */
export interface Placed {
  buffer: GPUBuffer;
  /** Bytes. */
  offset: number;
}

/** Makes a command ready to run again. @param resolve returns the place of an operand. */
export function bind(device: GPUDevice, command: Command, resolve: (operand: Operand) => Placed): Replayable {
  if (command.kind === 'copy') {
    const [from, to] = [resolve(command.from), resolve(command.to)];
    return {
      ...{ kind: 'copy', size: command.size },
      ...{ from: from.buffer, fromOffset: from.offset + command.fromOffset },
      ...{ to: to.buffer, toOffset: to.offset + command.toOffset },
    };
  }
  const { pipeline, layout, bindings, workgroups } = command;
  const group = device.createBindGroup({
    layout,
    entries: bindings.map(({ binding, operand, offset, size }) => {
      const place = resolve(operand);
      return { binding, resource: { buffer: place.buffer, offset: place.offset + offset, size } };
    }),
  });
  return { kind: 'dispatch', pipeline, group, workgroups };
}

/** Encodes `commands` from `first` up to `end` (excluded), in as few passes as the copies between them allow. */
export function encode(
  encoder: GPUCommandEncoder,
  commands: readonly Replayable[],
  first: number,
  end: number,
): void {
  let pass: GPUComputePassEncoder | null = null;
  let bound: GPUComputePipeline | null = null;
  for (let i = first; i < end; i++) {
    const command = commands[i];
    if (!command) break;
    if (command.kind === 'copy') {
      pass?.end();
      pass = null;
      const { from, fromOffset, to, toOffset, size } = command;
      encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, size);
      continue;
    }
    if (!pass) {
      pass = encoder.beginComputePass();
      bound = null;
    }
    if (command.pipeline !== bound) pass.setPipeline(command.pipeline);
    bound = command.pipeline;
    pass.setBindGroup(0, command.group);
    pass.dispatchWorkgroups(...command.workgroups);
  }
  pass?.end();
}
