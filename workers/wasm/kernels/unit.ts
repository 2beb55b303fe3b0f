/** @file The dynamic-weight unit and eq. 1. */
import { FUSED } from '../../gpu/fusedNames';
import { recordLength } from '../../gpu/kernels/unit/unitShape';
import type { Operand } from '../backend';
import { type Call, type KernelTable, numbered, table } from '../call';

/** As the kernels take them: Z `[batch, zSize]`, rows, and the attributes that `UnitSettings` describes. */
function shapeOf({ attrs }: Call, z: Operand, rows: number) {
  const [batch = 0, zSize = 0] = z.shape;
  return {
    ...{ batch, zSize, rows, firstTask: attrs.firstTask as number },
    ...{ normaliseZ: attrs.normaliseZ as boolean, normaliseLogits: attrs.normaliseLogits as boolean },
    logitScale: attrs.logitScale as number,
  };
}
type Shape = ReturnType<typeof shapeOf>;

/** What the slopes come from, as the kernel counts it. */
const kinds = { weights: 0, true: 1, printed: 2 } as const;

/** ∂/∂f `[batch, rows]`; the caller releases it. */
function slopesOf(
  { backend, input }: Call,
  shape: Shape,
  kind: number,
  given: Operand,
  sigma?: Operand,
  losses: readonly Operand[] = [],
): number {
  const { batch, rows, firstTask, normaliseLogits, logitScale } = shape;
  const slopes = backend.allocate(4 * batch * rows);
  const addresses = table(
    backend,
    losses.map(({ at }) => at),
  );
  backend.run('unitSlopes', [
    ...[input('records').at, given.at, sigma?.at ?? 0, addresses, kind],
    ...[batch, rows, firstTask, normaliseLogits, logitScale, slopes],
  ]);
  backend.release(addresses);
  return slopes;
}

function parameterGradients({ backend, input }: Call, { batch, zSize, rows }: Shape, slopes: number) {
  const [dpsi, db] = [backend.make([rows, zSize]), backend.make([rows])];
  backend.run(
    'unitGradient',
    [slopes, input('records').at, input('z').at, batch, zSize, rows, dpsi.at, db.at],
    zSize,
  );
  return [dpsi, db];
}

export const unitKernels: KernelTable = {
  /** z, psi, b, present → weights `[tasks]`, shortest, records. */
  [FUSED.unitForward](call) {
    const { backend, input } = call;
    const [z, psi] = [input('z'), input('psi')];
    const shape = shapeOf(call, z, psi.shape[0] ?? 0);
    const { batch, zSize, rows, firstTask, normaliseZ, normaliseLogits, logitScale } = shape;
    const records = backend.make([batch, recordLength(rows)]);
    const [weights, shortest] = [backend.make([firstTask + rows]), backend.make([])];
    backend.run(
      'unitForward',
      [
        ...[z.at, psi.at, input('b').at, input('present').at, zSize, rows, firstTask],
        ...[normaliseZ, normaliseLogits, logitScale, records.at],
      ],
      batch,
    );
    backend.run('unitWeights', [records.at, batch, rows, firstTask, weights.at, shortest.at]);
    return [weights, shortest, records];
  },
  /** dweights, z, psi, b, records → dz, dpsi, db. */
  [FUSED.unitForwardGradient](call) {
    const { backend, input } = call;
    const [z, psi, records] = [input('z'), input('psi'), input('records')];
    const shape = shapeOf(call, z, psi.shape[0] ?? 0);
    const slopes = slopesOf(call, shape, kinds.weights, input('dweights'));
    const dz = backend.make(z.shape);
    backend.run(
      'unitInputGradient',
      [
        ...[slopes, psi.at, records.at, input('b').at, z.at],
        ...[shape.zSize, shape.rows, shape.normaliseZ, dz.at],
      ],
      shape.batch,
    );
    const gradients = parameterGradients(call, shape, slopes);
    backend.release(slopes);
    return [dz, ...gradients];
  },
  /** z, records, present, sigma, loss0 … of the tasks that have a row; attr formula → dpsi, db. */
  [FUSED.unitL3Gradient](call) {
    const { backend, input, attrs } = call;
    const rows = ((input('records').shape[1] ?? 0) - recordLength(0)) / (recordLength(1) - recordLength(0));
    const shape = shapeOf(call, input('z'), rows);
    const kind = attrs.formula === 'printed' ? kinds.printed : kinds.true;
    const losses = numbered(call, 'loss', rows);
    const slopes = slopesOf(call, shape, kind, input('present'), input('sigma'), losses);
    const gradients = parameterGradients(call, shape, slopes);
    backend.release(slopes);
    return gradients;
  },
  /** psi, b, dpsi, db, longest, present; attrs weightDecay, clipNorm, rescale, firstTask. Writes psi and b. */
  [FUSED.unitMove]({ backend, input, attrs }) {
    const psi = input('psi');
    const [rows = 0, zSize = 0] = psi.shape;
    backend.run('unitMove', [
      ...[psi.at, input('b').at, input('dpsi').at, input('db').at],
      ...[input('longest').at, input('present').at, zSize, rows, attrs.firstTask as number],
      ...[attrs.weightDecay as number, attrs.clipNorm as number, attrs.rescale as boolean],
    ]);
    return [];
  },
  /** weights `[tasks]`, loss0 …; attr tasks → total. */
  [FUSED.weightedSum](call) {
    const { backend, input, attrs } = call;
    const tasks = attrs.tasks as number;
    const total = backend.make([]);
    const losses = table(
      backend,
      numbered(call, 'loss', tasks).map(({ at }) => at),
    );
    backend.run('weightedSum', [losses, input('weights').at, tasks, total.at]);
    backend.release(losses);
    return total;
  },
  /** dy, weights → a scalar a loss. */
  [FUSED.weightedSumGradient]({ backend, input }) {
    const weights = input('weights');
    const gradients = Array.from({ length: weights.size }, () => backend.make([]));
    const addresses = table(
      backend,
      gradients.map(({ at }) => at),
    );
    backend.run('weightedSumGradient', [weights.at, input('dy').at, weights.size, addresses]);
    backend.release(addresses);
    return gradients;
  },
  /** dy, loss0 …; attr tasks → dweights `[tasks]`. */
  [FUSED.weightedSumWeightGradient](call) {
    const { backend, input, attrs } = call;
    const tasks = attrs.tasks as number;
    const gradient = backend.make([tasks]);
    const losses = table(
      backend,
      numbered(call, 'loss', tasks).map(({ at }) => at),
    );
    backend.run('weightedSumWeightGradient', [losses, input('dy').at, tasks, gradient.at]);
    backend.release(losses);
    return gradient;
  },
};
