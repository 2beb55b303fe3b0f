/** @file Hard parameter sharing (eq. 1): one trunk, then one branch (layers, global pool, dropout) and one dense head a task. */
import type * as tf from '@tensorflow/tfjs';
import { installCpuFilterGradient } from '../ops/cpuFilterGradient';
import { dense } from '../ops/dense';
import { globalAveragePool } from '../ops/globalAveragePool';
import { AppError } from '../protocol/errors';
import { Assembly } from './assembly';
import type { LayerBuilder } from './layers';
import type { Network, NetworkEntry, NetworkOptions } from './network';

export interface MultiTaskDefinition {
  label: string;
  trunk(options: NetworkOptions): LayerBuilder;
  branch(options: NetworkOptions): LayerBuilder;
}

function assemble(definition: MultiTaskDefinition, options: NetworkOptions) {
  const { inputSize, classes } = options;
  const assembly = new Assembly();
  const trunk = definition.trunk(options)(assembly, 'trunk', [inputSize, inputSize, 3]);
  const branches = classes.map((_, task) =>
    definition.branch(options)(assembly, `branch${task + 1}`, trunk.output),
  );
  const parameters = assembly.size;
  const bottleneck = branches[0]?.output[2] ?? 0;
  const heads = classes.map((count, task) => ({
    kernel: assembly.kernel(`head${task + 1}/kernel`, [bottleneck, count]),
    bias: assembly.offset(`head${task + 1}/bias`, count),
  }));
  return { assembly, trunk, branches, heads, bottleneck, parameters };
}

function check({ inputSize, classes, width }: NetworkOptions): void {
  const wrong = (what: string) => {
    throw new AppError('nets/options', what);
  };
  if (!Number.isInteger(inputSize) || inputSize < 8)
    wrong(`inputSize ${inputSize}: give a whole number of pixels, 8 or more.`);
  if (!(width > 0 && width <= 4)) wrong(`width ${width}: give a multiplier above 0, up to 4.`);
  if (classes.length === 0 || classes.some(count => !Number.isInteger(count) || count < 1))
    wrong(`classes [${classes.join(', ')}]: give each task at least one class.`);
}

/** Turns a trunk and a branch into a registry entry. */
export function multiTask(definition: MultiTaskDefinition): NetworkEntry {
  return {
    label: definition.label,
    plan(options) {
      check(options);
      const { assembly, trunk, bottleneck, parameters } = assemble(definition, options);
      return {
        parameters,
        headParameters: assembly.size - parameters,
        trunkShape: trunk.output,
        bottleneck,
        layers: assembly.layers,
      };
    },
    build(options): Network {
      check(options);
      installCpuFilterGradient();
      const { assembly, trunk, branches, heads, bottleneck } = assemble(definition, options);
      const { parameters, statistics } = assembly.materialise(options.seed);
      const at = <T>(list: readonly T[], task: number): T => {
        const item = list[task];
        if (item === undefined)
          throw new AppError('nets/task', `Task ${task}: this network has ${list.length} tasks, from 0.`);
        return item;
      };
      return {
        inputSize: options.inputSize,
        parameters,
        statistics,
        trunkShape: trunk.output,
        bottleneck,
        trunk: (x, pass) => trunk.apply(x, pass),
        branch(task, z, pass) {
          const features = globalAveragePool(at(branches, task).apply(z, pass));
          return pass.training ? pass.dropout(task, features) : features;
        },
        head(task, features) {
          const { kernel, bias } = at(heads, task);
          return dense(features, kernel.variable as tf.Tensor2D, bias.variable as tf.Tensor1D);
        },
        dispose() {
          for (const { variable } of [...parameters, ...statistics]) variable.dispose();
        },
      };
    },
  };
}
