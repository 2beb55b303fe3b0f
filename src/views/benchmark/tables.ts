/** @file Turns the report of a benchmark into tables of text. The page shows them, and a visitor can copy them. */
import {
  type BenchReport,
  type Direction,
  isFailed,
  type LayerCost,
  type LayerPeer,
  type Outcome,
  type StepCost,
  VARIANT_IDS,
  type VariantId,
} from '../../../workers/protocol/bench';
import { bytes, count } from '../../format/numbers';

export interface Table {
  title: string;
  columns: readonly string[];
  /** How many columns from the left hold words; the others hold numbers. */
  words: number;
  /** The first cell names the row. */
  rows: readonly (readonly string[])[];
}

const variantLabel: Record<VariantId, string> = {
  stock: 'stock tfjs',
  convolutions: '+ our kernels in the registry',
  eager: '+ fused ops, optimizer in place',
  replay: '+ replay',
  wasm: 'our step on WebAssembly, one thread',
  webgl: 'tfjs on WebGL',
};
const peerLabel: Record<LayerPeer, string> = {
  ours: 'ours',
  stock: 'stock tfjs',
  jaxJs: 'jax-js',
  webgl: 'tfjs on WebGL',
};
const directionLabel: Record<Direction, string> = {
  forward: 'forward',
  inputGradient: 'input gradient',
  weightGradient: 'weight gradient',
};

const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: true });
const none = '–';
const number = (value: number | null | undefined) =>
  value === null || value === undefined || !Number.isFinite(value) ? none : three.format(value);
const share = (value: number | null) => (value === null ? none : `${number(100 * value)} %`);
const whole = (value: number | null) => (value === null ? none : count(value));

const stepColumns = [
  'Training step',
  'ms',
  '× stock',
  'images/s',
  'GFLOP/s',
  'of matmul',
  'of copy',
  'dispatches',
  'submits',
  'JavaScript ms',
  'memory',
];

function stepRow(report: BenchReport, id: VariantId): string[] {
  const cost: Outcome<StepCost> = report[id];
  const label = variantLabel[id];
  if (isFailed(cost)) return [label, ...stepColumns.slice(1).map(() => none)];
  const times = isFailed(report.stock) ? null : report.stock.stepMs / cost.stepMs;
  return [
    ...[label, number(cost.stepMs), number(times), number(cost.imagesPerSecond)],
    ...[number(cost.gflopPerSecond), share(cost.matmulShare), share(cost.copyShare)],
    ...[whole(cost.dispatches), whole(cost.submits), number(cost.jsMs), bytes(cost.bytes)],
  ];
}

function layerRows(layers: readonly LayerCost[]): Table {
  const peers = (['ours', 'stock', 'jaxJs', 'webgl'] as const).filter(peer =>
    layers.some(({ ms }) => peer in ms),
  );
  const rate = (gflop: number, ms: Outcome<number> | undefined) =>
    ms === undefined || isFailed(ms) ? none : number((1000 * gflop) / ms);
  return {
    title: 'Heaviest convolutions, GFLOP/s',
    columns: [
      ...['Layer', 'Shape', 'Direction', ...peers.map(peer => peerLabel[peer])],
      ...peers.filter(peer => peer !== 'ours').map(peer => `ours ÷ ${peerLabel[peer]}`),
    ],
    words: 3,
    rows: layers.map(({ layer, shape, direction, gflop, ms }) => [
      ...[layer, shape, directionLabel[direction]],
      ...peers.map(peer => rate(gflop, ms[peer])),
      ...peers
        .filter(peer => peer !== 'ours')
        .map(peer => {
          const [theirs, ours] = [ms[peer], ms.ours];
          return typeof theirs === 'number' && typeof ours === 'number' ? number(theirs / ours) : none;
        }),
    ]),
  };
}

/** The tables of steps, layers and kernels. */
export function tables(report: BenchReport): Table[] {
  const { kernels, layers } = report;
  const total = isFailed(kernels) ? 0 : kernels.reduce((sum, { gpuMs }) => sum + gpuMs, 0);
  return [
    {
      title: 'Training steps',
      columns: stepColumns,
      words: 1,
      rows: VARIANT_IDS.map(id => stepRow(report, id)),
    },
    ...(layers.length > 0 ? [layerRows(layers)] : []),
    ...(isFailed(kernels)
      ? []
      : [
          {
            title: 'GPU time of one step by kernel',
            columns: ['Kernel', 'ms', 'of all', 'dispatches', 'GFLOP/s'],
            words: 1,
            rows: kernels.map(({ label, gpuMs, dispatches, gflopPerSecond }) => [
              ...[label, number(gpuMs), share(gpuMs / total), count(dispatches), number(gflopPerSecond)],
            ]),
          },
        ]),
  ];
}

/** Says in sentences what was measured, and on which device. */
export function facts(report: BenchReport): string[] {
  const { sizes, ceilings, adapter, software, browser } = report;
  const engine = /(?:Edg|Chrome|Firefox|Version)\/[\d.]+/.exec(browser)?.[0] ?? browser;
  return [
    `${adapter ?? 'No WebGPU'}${software ? ' (a GPU in software: the ratios count, not the times)' : ''}; ${engine.replace('/', ' ')}; ${report.date.slice(0, 10)}.`,
    `${sizes.network}: ${sizes.inputSize} px, width ${number(sizes.width)}, batch ${sizes.batch}; ${count(sizes.parameters)} parameters, ${number(sizes.gflopPerImage)} GFLOP a training step and image.`,
    ...(ceilings
      ? [
          `Ceilings: matmul ${number(ceilings.matmulGflopPerSecond)} GFLOP/s, copy ${number(ceilings.copyGbPerSecond)} GB/s.`,
        ]
      : []),
  ];
}

/** Says what could not run, and why. */
export function failures(report: BenchReport): string[] {
  const steps = VARIANT_IDS.map(id => [variantLabel[id], report[id]] as const);
  const layers = report.layers.flatMap(({ layer, direction, ms }) =>
    Object.entries(ms).map(
      ([peer, outcome]) =>
        [`${peerLabel[peer as LayerPeer]}, ${layer}, ${directionLabel[direction]}`, outcome] as const,
    ),
  );
  return [...steps, ['kernel times', report.kernels] as const, ...layers].flatMap(([what, outcome]) =>
    isFailed<unknown>(outcome) ? [`${what}: ${outcome.failed}`] : [],
  );
}
