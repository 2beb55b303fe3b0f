import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { createModel, disposeModel, readState, stateShapes } from '../../../workers/model/model';
import { transfer } from '../../../workers/model/transfer';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const modelOf = (tasks: string, classes: number[], seed: number) =>
  createModel(resolveConfig({ system: 'custom', tasks, seed, inputSize: 16 }), 'equal', classes);

test('a branch starts from the same task’s, else from one of the same label, else from one that embeds', async () => {
  const source = modelOf('expression,age,identity!', [3, 2, 4], 1);
  const target = modelOf('identity!,identity@age:old,glasses', [4, 4, 2], 2);
  const saved = await readState(source);
  transfer(target.network, target.tasks, {
    tensors: new Map(saved.map(tensor => [tensor.name, tensor])),
    tasks: source.tasks,
    trainedTask: null,
    sameHeads: false,
  });
  const kernel = (of: typeof source, branch: number) => {
    const found = of.network.parameters.find(({ name }) => name === `branch${branch}/conv/kernel`);
    return Array.from(found?.variable.dataSync() ?? []);
  };
  const identity = kernel(source, 3);
  expect(identity.length).toBeGreaterThan(0);
  expect(kernel(source, 1)).not.toEqual(identity);
  // The same task, the same label, and no task like it: the one that embeds.
  for (const branch of [1, 2, 3]) expect(kernel(target, branch), `branch ${branch}`).toEqual(identity);
  disposeModel(source);
  disposeModel(target);
});

test('each task that embeds has centers of its own in a checkpoint; a single one’s are called centers', () => {
  const names = (tasks: string, classes: number[]) => {
    const model = modelOf(tasks, classes, 1);
    const found = stateShapes(model).filter(({ name }) => name.startsWith('centers'));
    disposeModel(model);
    return found.map(({ name, shape }) => [name, shape[0]]);
  };
  expect(names('identity!,expression', [4, 3])).toEqual([['centers', 4]]);
  expect(names('identity!,expression!', [4, 3])).toEqual([
    ['centers/identity', 4],
    ['centers/expression', 3],
  ]);
  expect(names('identity,expression', [4, 3])).toEqual([]);
});
