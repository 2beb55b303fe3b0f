/** @file The two papers' task systems (METHOD section 2): which tasks there are and which samples each one sees. */
import type { DatasetIndex } from '../protocol/dataset';
import { labelOf } from '../protocol/labelColumns';
import type { SystemDescription, SystemId, TaskDescription } from '../protocol/systems';

export interface Task extends TaskDescription {
  /** What the head predicts. */
  target: 'identity' | 'expression';
  /** Only samples of this modality; `null`: all. */
  modality: 'photo' | 'caricature' | null;
  /** L1 adds α · center loss on the first branch's embedding (eq. 2–4). */
  centerLoss: boolean;
}
export interface System extends SystemDescription {
  id: SystemId;
  tasks: readonly Task[];
  /** Which pairs verification is scored on: any two images, or only a caricature and a photo. */
  pairs: 'all' | 'crossModal';
}

const expression: System = {
  id: 'expression',
  pairs: 'all',
  label: 'Face + expression (2 tasks)',
  cites:
    'Z. Ming, J. Xia, M. M. Luqman, J.-C. Burie, K. Zhao: Dynamic Multi-Task Learning for Face Recognition with Facial Expression, 2019',
  tasks: [
    { id: 'identity', label: 'Identity', target: 'identity', modality: null, centerLoss: true },
    { id: 'expression', label: 'Expression', target: 'expression', modality: null, centerLoss: false },
  ],
};

const caricature: System = {
  id: 'caricature',
  pairs: 'crossModal',
  label: 'Caricature + photo (3 tasks)',
  cites:
    'Z. Ming, J.-C. Burie, M. M. Luqman: Cross-modal Multi-task Learning for Graphic Recognition of Caricature Face, 2021',
  tasks: [
    // Its head names who it is, in photos and caricatures alike: verification is what its embedding is for.
    {
      id: 'verification',
      label: 'Cross-modal identity',
      target: 'identity',
      modality: null,
      centerLoss: true,
    },
    {
      id: 'caricature',
      label: 'Caricature identity',
      target: 'identity',
      modality: 'caricature',
      centerLoss: false,
    },
    { id: 'visual', label: 'Visual identity', target: 'identity', modality: 'photo', centerLoss: false },
  ],
};

export const SYSTEMS = { expression, caricature } as const satisfies Record<SystemId, System>;

/** Class names a task's head tells apart: only those that the training side has, so that no logit is never trained. */
export function taskClasses(task: Task, index: DatasetIndex, train: readonly number[]): number[] {
  const seen = new Set<number>();
  for (const i of train) {
    const label = rawLabel(task, index, i);
    if (label !== null) seen.add(label);
  }
  return [...seen].sort((a, b) => a - b);
}

/** The dataset's own class index of a sample for a task, `null` where the task does not see the sample. */
export function rawLabel(task: Task, { columns }: DatasetIndex, sample: number): number | null {
  if (task.modality !== null && labelOf(columns.modality, sample) !== task.modality) return null;
  return columns[task.target].values[sample] ?? null;
}
