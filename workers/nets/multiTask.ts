/**
 * @file Hard parameter sharing (eq. 1): one trunk, then one branch (layers, global pool, dropout, on request a dense
 * layer with ReLU as in the second paper's Table 1) and one dense head a task.
 */
import { installCpuFilterGradient } from '../ops/cpuFilterGradient';
import { dense } from '../ops/dense';
import { globalAveragePool } from '../ops/globalAveragePool';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { Assembly } from './assembly';
import type { LayerBuilder } from './layers';
import type { Network, NetworkEntry, NetworkOptions } from './network';

export interface MultiTaskDefinition {
  label: string;
  trunk(options: NetworkOptions): LayerBuilder;
  branch(options: NetworkOptions): LayerBuilder;
}

const denseLayer = (assembly: Assembly, scope: string, inputs: number, outputs: number) => ({
  kernel: assembly.kernel(`${scope}/kernel`, [inputs, outputs]),
  bias: assembly.offset(`${scope}/bias`, outputs),
});

const applyDense = (features: tf.Tensor2D, { kernel, bias }: ReturnType<typeof denseLayer>): tf.Tensor2D =>
  dense(features, kernel.variable as tf.Tensor2D, bias.variable as tf.Tensor1D);

function assemble(definition: MultiTaskDefinition, options: NetworkOptions) {
  const { inputSize, classes, embedding = 0 } = options;
  const assembly = new Assembly();
  const trunk = definition.trunk(options)(assembly, 'trunk', [inputSize, inputSize, 3]);
  const branches = classes.map((_, task) =>
    definition.branch(options)(assembly, `branch${task + 1}`, trunk.output),
  );
  const pooled = branches[0]?.output[2] ?? 0;
  // Embedding layers are parts of the branches, so they are counted and transferred with them.
  const embeddings = classes.flatMap((_, task) => {
    const scope = `branch${task + 1}/embedding`;
    return embedding > 0 ? denseLayer(assembly, scope, pooled, embedding) : [];
  });
  const parameters = assembly.size;
  const bottleneck = embedding > 0 ? embedding : pooled;
  const heads = classes.map((count, task) => denseLayer(assembly, `head${task + 1}`, bottleneck, count));
  return { assembly, trunk, branches, embeddings, heads, bottleneck, parameters };
}

function check({ inputSize, classes, width, embedding = 0 }: NetworkOptions): void {
  const wrong = (what: string) => {
    throw new AppError('nets/options', what);
  };
  if (!Number.isInteger(inputSize) || inputSize < 8)
    wrong(`inputSize ${inputSize}: give a whole number of pixels, 8 or more.`);
  if (!(width > 0 && width <= 4)) wrong(`width ${width}: give a multiplier above 0, up to 4.`);
  if (!Number.isInteger(embedding) || embedding < 0)
    wrong(`embedding ${embedding}: give a whole number of units, or 0 for none.`);
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
      const { assembly, trunk, branches, embeddings, heads, bottleneck } = assemble(definition, options);
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
          const pooled = globalAveragePool(at(branches, task).apply(z, pass));
          const features = pass.training ? pass.dropout(task, pooled) : pooled;
          const embedding = embeddings[task];
          return embedding ? tf.relu(applyDense(features, embedding)) : features;
        },
        head(task, features) {
          return applyDense(features, at(heads, task));
        },
        dispose() {
          for (const { variable } of [...parameters, ...statistics]) variable.dispose();
        },
      };
    },
  };
}
