/** @file Says in words on which images the scores of a run are measured, and when. */
import type { Evaluation, HeldOutSide } from '../../../workers/protocol/results';
import type { RunSummary } from '../../../workers/protocol/runs';
import { count } from '../../format/numbers';
import { counted } from '../../format/words';
import type { ScoreCurve } from '../../state/scores';

/** The text continues "scores are on …" and has no full stop. */
export function splitWords({ train, validation, test, rule }: RunSummary['split']): string {
  const all = train + validation + test;
  const share = (side: number) => `${count(side)} of ${count(all)} images`;
  return validation > 0
    ? `the validation side while a run trains (${share(validation)}), on the test side when it ends and when you ask (${share(test)}), split ${rule}`
    : `the held-out split: ${share(test)}, ${rule}`;
}

/** The text follows the name of a score: "on validation images". */
export const sideWords = (...sides: readonly HeldOutSide[]): string =>
  `on ${[...new Set(sides)].join(' and ')} images`;

/** Says on which images the points of a chart of scores are measured. */
export function curveWords(curves: readonly Pick<ScoreCurve, 'side' | 'joined'>[]): string {
  const sides = (joined: boolean) => curves.filter(curve => curve.joined === joined).map(({ side }) => side);
  const [lines, rings] = [sides(true), sides(false)];
  if (rings.length === 0) return `Measured ${sideWords(...lines)}.`;
  if (lines.length === 0) return `Rings are measured ${sideWords(...rings)}.`;
  return `Lines are measured ${sideWords(...lines)}, rings ${sideWords(...rings)}.`;
}

export function scoredWhen({ step, side, damaged = 0 }: Evaluation): string {
  return `at step ${count(step)} ${sideWords(side)}${damaged > 0 ? `, without ${counted(damaged, 'damaged image')}` : ''}`;
}
