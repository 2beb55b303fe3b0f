/**
 * @file The order of rooms. A file may import from its own room and from rooms below it, never from one above, and no
 * chain of imports leads back to where it began. STYLE: "a room a concern, arrows that run down only".
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knowsBackend, specifiersIn } from '../fixtures/imports';

/** The rooms from the lowest to the highest. '' is the top level of a half, where its entry points are. */
const order: Record<string, readonly string[]> = {
  workers: [
    'random.ts',
    'protocol',
    'gpu/wgsl',
    'gpu/kernels',
    'tf',
    'gpu',
    'wasm',
    'executor',
    'ops',
    'tasks',
    'nets',
    'weighting',
    'model/optimizers',
    'formats',
    'data',
    'config',
    'samples',
    'model',
    'evaluate',
    'train',
    'bench',
    '',
  ],
  src: [
    'format',
    'style',
    'charts',
    'widgets',
    'engine',
    'state',
    'views/train',
    'views/data',
    'views/watch',
    'views/takeHome',
    'views/benchmark',
    'views/frame',
    '',
  ],
};

const isSource = (path: string) => ['.ts', '.tsx'].includes(extname(path)) && !path.endsWith('.d.ts');

const filesOf = (half: string): string[] =>
  readdirSync(half, { recursive: true, encoding: 'utf8' }).map(normalize).filter(isSource).sort();

/** Imports between files of one half, as paths within it. */
function importsOf(half: string): Map<string, string[]> {
  const files = filesOf(half);
  const known = new Set(files);
  const resolve = (from: string, specifier: string) => {
    const path = join(dirname(from), specifier);
    return [path, `${path}.ts`, `${path}.tsx`].find(candidate => known.has(candidate));
  };
  return new Map(
    files.map(file => {
      const text = readFileSync(join(half, file), 'utf8');
      const found = specifiersIn(text)
        .filter(specifier => specifier.startsWith('.') && extname(specifier) !== '.css')
        .map(specifier => resolve(file, specifier))
        .filter(path => path !== undefined);
      return [file, found];
    }),
  );
}

/** The room of a file, which is the longest name in the order that contains it. */
function roomOf(half: string, file: string): string {
  const rooms = order[half] ?? [];
  const holds = (room: string) => room === file || file.startsWith(`${room}/`);
  const found = rooms.filter(room => room !== '' && holds(room)).sort((a, b) => b.length - a.length)[0];
  return found ?? '';
}

/** One chain of imports that ends where it began, or null. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    if (done.has(file)) return null;
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return null;
}

describe.each(Object.keys(order))('%s', half => {
  const imports = importsOf(half);

  test('every folder of files is a room with a place in the order', () => {
    const homeless = [...imports.keys()].filter(file => file.includes('/') && roomOf(half, file) === '');
    expect(homeless).toEqual([]);
  });

  test('no import runs up', () => {
    const rank = (file: string) => (order[half] ?? []).indexOf(roomOf(half, file));
    const up = [...imports].flatMap(([file, targets]) =>
      targets.filter(target => rank(target) > rank(file)).map(target => `${file} imports ${target}`),
    );
    expect(up).toEqual([]);
  });

  test('no chain of imports is a circle', () => {
    expect(findCircle(imports)?.join(' → ')).toBeUndefined();
  });
});

test('networks, models and strategies call ops and know no backend', () => {
  const rooms = ['nets', 'model', 'weighting'];
  const known = [...importsOf('workers')].flatMap(([file, targets]) =>
    rooms.some(room => file.startsWith(`${room}/`))
      ? targets.filter(knowsBackend).map(target => `${file} imports ${target}`)
      : [],
  );
  expect(known).toEqual([]);
});

test('tfjs comes through the room tf alone, which takes none of its packages whole', () => {
  const whole = /^@tensorflow\/tfjs(-backend-\w+)?$/;
  const strays = ['src', 'workers', 'test'].flatMap(half =>
    filesOf(half).flatMap(file => {
      const text = readFileSync(join(half, file), 'utf8');
      const specifiers = specifiersIn(text).filter(name => name.startsWith('@tensorflow/'));
      const isTf = `${half}/${file}`.startsWith('workers/tf/');
      return specifiers
        .filter(name => whole.test(name) || (half !== 'test' && !isTf))
        .map(name => `${half}/${file} imports ${name}`);
    }),
  );
  expect(strays).toEqual([]);
});

test('a circle is found where there is one', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  expect(findCircle(imports)).toEqual(['b', 'c', 'b']);
});

test('every kind of import is found', () => {
  const text = [
    "import { a, type B } from './a';",
    "import type {\n  C,\n} from '../c';",
    "import * as d from './d';",
    "export * from './e';",
    "import './sideEffect';",
    "const later = () => import('./later');",
    "new Worker(new URL('./x.worker.ts', import.meta.url));",
    "const words = ['./none', `from here`];",
  ].join('\n');
  const found = ['./a', '../c', './d', './e', './sideEffect', './later', './x.worker.ts'];
  expect(specifiersIn(text)).toEqual(found);
});

test('a file of any backend is known as one', () => {
  const own = [
    'gpu/device.ts',
    'gpu/kernels/loss/crossEntropy.ts',
    'wasm/register.ts',
    'executor/executor.ts',
    'tf/cpu.ts',
    'tf/webgl.ts',
    'tf/webgpu.ts',
  ];
  expect(own.filter(path => !knowsBackend(path))).toEqual([]);
  expect(['tf/tf.ts', 'tf/gradients.ts', 'ops/dense.ts', 'nets/tiny.ts'].filter(knowsBackend)).toEqual([]);
});
