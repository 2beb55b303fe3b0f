/** @file Says in words on which images the scores of a run are measured, and when. */
import type { Evaluation } from '../../../workers/protocol/results';
import type { RunSummary } from '../../../workers/protocol/runs';
import { count } from '../../format/numbers';
import { counted } from '../../format/words';

/** The text continues "scores are on …" and has no full stop. */
export function splitWords({ train, validation, test, rule }: RunSummary['split']): string {
  const all = train + validation + test;
  const share = (side: number) => `${count(side)} of ${count(all)} images`;
  return validation > 0
    ? `the validation side while a run trains (${share(validation)}), on the test side when it ends and when you ask (${share(test)}), split ${rule}`
    : `the held-out split: ${share(test)}, ${rule}`;
}

export function scoredWhen({ step, side, damaged = 0 }: Evaluation): string {
  const validation = side === 'validation' ? ', validation' : '';
  return `at step ${count(step)}${validation}${damaged > 0 ? `, without ${counted(damaged, 'damaged image')}` : ''}`;
}
