/** @file The expressions of sample faces. Each has seven numbers (METHOD.md section 8). */

import { stream } from '../../random';
import { quantise } from './faceParameters';

export interface Expression {
  /** How far the corners are up (a smile) or down. */
  mouthCurve: number;
  mouthOpening: number;
  mouthWidth: number;
  browRaise: number;
  /** How far the inner ends are up (worry) or down (a frown). */
  browTilt: number;
  eyeOpening: number;
  upperLipRaise: number;
}

const vector = (
  mouthCurve: number,
  mouthOpening: number,
  mouthWidth: number,
  browRaise: number,
  browTilt: number,
  eyeOpening: number,
  upperLipRaise: number,
): Expression => ({
  mouthCurve,
  mouthOpening,
  mouthWidth,
  browRaise,
  browTilt,
  eyeOpening,
  upperLipRaise,
});

export const expressions = {
  anger: vector(-0.35, 0.05, -0.05, -0.7, -1, -0.1, 0.1),
  disgust: vector(-0.55, 0.2, 0.05, -0.45, -0.45, -0.45, 1),
  fear: vector(-0.3, 0.55, 0.12, 0.7, 0.8, 0.5, 0),
  happiness: vector(1, 0.25, 0.25, 0.1, 0, -0.15, 0),
  neutral: vector(0, 0, 0, 0, 0, 0, 0),
  sadness: vector(-0.9, 0, -0.05, 0.1, 0.8, -0.25, 0),
  surprise: vector(0.1, 1, -0.3, 1, 0.1, 0.6, 0),
} as const;

export type ExpressionName = keyof typeof expressions;
export const expressionNames = Object.keys(expressions) as ExpressionName[];

/** The standard deviation of each of the seven numbers between pictures, at nuisance 1. */
const jitter = 0.06;

/** The expression in one picture: its vector times an intensity from 0.8 to 1.1, plus jitter. */
export function showExpression(
  name: ExpressionName,
  nuisance: number,
  ...key: (number | string)[]
): Expression {
  const { uniform, normal } = stream(...key, 'showing');
  const intensity = 0.8 + 0.3 * uniform();
  const { ...shown } = expressions[name] as Expression;
  for (const part of Object.keys(shown) as (keyof Expression)[])
    shown[part] = quantise(shown[part] * intensity + jitter * nuisance * Math.min(2, Math.max(-2, normal())));
  shown.mouthOpening = Math.max(0, shown.mouthOpening);
  shown.upperLipRaise = Math.max(0, shown.upperLipRaise);
  return shown;
}
