/**
 * @file Records every dispatch and copy on a device while a piece of work runs, both from tfjs's programs and from
 * ours. The work itself runs as always.
 */
import { AppError } from '../../protocol/errors';
import type { Lifetime } from './planSlots';

/** A buffer that outlives the step, or a value that lives within it. */
export type Operand = GPUBuffer | Lifetime;

export interface Binding {
  binding: number;
  operand: Operand;
  offset: number;
  /** Bytes. */
  size: number;
}

export type Command =
  | {
      kind: 'dispatch';
      pipeline: GPUComputePipeline;
      layout: GPUBindGroupLayout;
      bindings: readonly Binding[];
      workgroups: readonly [number, number, number];
    }
  | { kind: 'copy'; from: Operand; fromOffset: number; to: Operand; toOffset: number; size: number };

type Group = Pick<Extract<Command, { kind: 'dispatch' }>, 'layout' | 'bindings'>;

function unsupported(what: string): AppError {
  return new AppError(
    'gpu/capture',
    `A captured step cannot hold ${what}: it has dispatches and copies only.`,
  );
}

/**
 * @param operandOf returns the operand that a buffer holds at the moment of the call.
 * @throws AppError `gpu/capture` if the work uses something that a replay cannot repeat.
 */
export function recordCommands<T>(
  device: GPUDevice,
  operandOf: (buffer: GPUBuffer) => Operand,
  work: () => T,
): { result: T; commands: Command[] } {
  const commands: Command[] = [];
  const groups = new WeakMap<GPUBindGroup, Group>();
  const createEncoder = device.createCommandEncoder;
  const createGroup = device.createBindGroup;

  device.createBindGroup = descriptor => {
    const group = createGroup.call(device, descriptor);
    const bindings = Array.from(descriptor.entries, ({ binding, resource }): Binding => {
      if (!('buffer' in resource)) throw unsupported('textures');
      const { buffer, offset = 0 } = resource;
      return { binding, operand: operandOf(buffer), offset, size: resource.size ?? buffer.size - offset };
    });
    groups.set(group, { layout: descriptor.layout, bindings });
    return group;
  };

  const followPass = (pass: GPUComputePassEncoder) => {
    let pipeline: GPUComputePipeline | null = null;
    let group: Group | undefined;
    const setPipeline = pass.setPipeline.bind(pass);
    const setBindGroup = pass.setBindGroup.bind(pass);
    const dispatch = pass.dispatchWorkgroups.bind(pass);
    pass.setPipeline = next => {
      pipeline = next;
      setPipeline(next);
    };
    pass.setBindGroup = (index: number, next: GPUBindGroup | null | undefined) => {
      if (index !== 0 || !next) throw unsupported(`a bind group ${index}`);
      group = groups.get(next);
      setBindGroup(index, next);
    };
    pass.dispatchWorkgroups = (x, y = 1, z = 1) => {
      if (!pipeline || !group) throw unsupported('a dispatch prepared before it began');
      commands.push({ kind: 'dispatch', pipeline, ...group, workgroups: [x, y, z] });
      dispatch(x, y, z);
    };
    pass.dispatchWorkgroupsIndirect = () => {
      throw unsupported('indirect dispatches');
    };
    return pass;
  };

  device.createCommandEncoder = descriptor => {
    const encoder = createEncoder.call(device, descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = passDescriptor => followPass(begin(passDescriptor));
    const copy = encoder.copyBufferToBuffer.bind(encoder);
    const follow = (from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, size: number) => {
      commands.push({
        ...{ kind: 'copy', from: operandOf(from), fromOffset },
        ...{ to: operandOf(to), toOffset, size },
      });
      copy(from, fromOffset, to, toOffset, size);
    };
    encoder.copyBufferToBuffer = (from: GPUBuffer, ...rest: unknown[]) => {
      const [fromOffset, to, toOffset, size] = rest;
      if (typeof fromOffset !== 'number' || !(to instanceof GPUBuffer))
        throw unsupported('a copy of whole buffers');
      follow(from, fromOffset, to, Number(toOffset), Number(size));
    };
    return encoder;
  };
  try {
    return { result: work(), commands };
  } finally {
    device.createCommandEncoder = createEncoder;
    device.createBindGroup = createGroup;
  }
}
