/**
 * @file Debiased exponential mean, TensorBoard's smoothing rule: m ← βm + (1 − β)v, shown as m / (1 − βⁿ), the same
 * zero-start correction as Adam's (Kingma & Ba 2015, section 3). NaN passes through and does not enter the mean.
 */

export class DebiasedMean {
  readonly smoothing: number;
  private mean = 0;
  /** βⁿ: the share of the zero start that is still in `mean`. */
  private zeroShare = 1;

  /** `smoothing` β from 0 (raw values) to below 1. */
  constructor(smoothing: number) {
    this.smoothing = Math.min(Math.max(smoothing, 0), 0.9999);
  }

  /** Takes the next value of the series and returns its smoothed value. */
  next(value: number): number {
    if (!Number.isFinite(value)) return value;
    this.mean = this.smoothing * this.mean + (1 - this.smoothing) * value;
    // Below 1e-16 the correction is exactly 1; going on would reach slow denormal numbers.
    this.zeroShare = this.zeroShare < 1e-16 ? 0 : this.zeroShare * this.smoothing;
    return this.mean / (1 - this.zeroShare);
  }
}

/** The whole series at once; same length as `values`. */
export function smooth(values: Iterable<number>, smoothing: number): number[] {
  const mean = new DebiasedMean(smoothing);
  return Array.from(values, value => mean.next(value));
}
