import { describe, expect, test } from 'vitest';
import { fullRadius, maxTiltDegrees, seesawPose } from '../../../src/widgets/seesawPose';
import { springStep } from '../../../src/widgets/useSpring';

describe('see-saw pose', () => {
  test('equal weights stand level, two tasks or three', () => {
    for (const weights of [
      [0.5, 0.5],
      [1 / 3, 1 / 3, 1 / 3],
    ]) {
      const pose = seesawPose(weights);
      expect(pose.tilt).toBe(0);
      for (const corner of pose.corners) expect(corner.z).toBeCloseTo(0, 12);
    }
  });

  test('with two tasks the angle is proportional to w1 - w2', () => {
    for (const w of [0.5, 0.6, 0.77, 1])
      expect(seesawPose([w, 1 - w]).tilt).toBeCloseTo(maxTiltDegrees * (2 * w - 1), 10);
  });

  test('the heavier task is the lower one, and swapping the weights mirrors the picture', () => {
    const [left, right] = seesawPose([0.8, 0.2]).corners;
    const [mirroredLeft, mirroredRight] = seesawPose([0.2, 0.8]).corners;
    expect(left?.z).toBeLessThan(right?.z ?? 0);
    expect(mirroredLeft?.z).toBeCloseTo(right?.z ?? Number.NaN, 12);
    expect(mirroredRight?.z).toBeCloseTo(left?.z ?? Number.NaN, 12);
  });

  test('with three tasks corners are as low as their weights are large', () => {
    const z = seesawPose([0.2, 0.7, 0.1]).corners.map(corner => corner.z);
    expect(z[1]).toBeLessThan(z[0] ?? 0);
    expect(z[0]).toBeLessThan(z[2] ?? 0);
  });

  test('no weights tilt it further than all the weight on one task', () => {
    for (const weights of [
      [1, 0],
      [0, 1, 0],
      [0.9, 0.05, 0.05],
    ])
      expect(seesawPose(weights).tilt).toBeLessThanOrEqual(maxTiltDegrees + 1e-9);
    expect(seesawPose([0, 1, 0]).tilt).toBeCloseTo(maxTiltDegrees, 10);
  });

  test('the mark on the plate is the barycentric mean of the corners', () => {
    const weights = [0.2, 0.7, 0.1];
    const { corners, mass } = seesawPose(weights);
    for (const axis of ['x', 'y', 'z'] as const)
      expect(mass[axis]).toBeCloseTo(
        corners.reduce((sum, corner, i) => sum + corner[axis] * (weights[i] ?? 0), 0),
        12,
      );
  });

  test('the plate is rigid: corners keep their distance from the pivot', () => {
    for (const corner of seesawPose([0.2, 0.7, 0.1]).corners)
      expect(Math.hypot(corner.x, corner.y, corner.z)).toBeCloseTo(1, 12);
  });

  test('ball areas are proportional to weights', () => {
    const radii = seesawPose([0.8, 0.2]).radii;
    expect((radii[0] ?? 0) ** 2 / (radii[1] ?? 1) ** 2).toBeCloseTo(4, 10);
    expect(seesawPose([1, 0]).radii).toEqual([fullRadius, 0]);
  });

  test('unknown weights are drawn level instead of NaN', () => {
    expect(seesawPose([Number.NaN, Number.NaN]).tilt).toBe(0);
  });
});

describe('spring', () => {
  test('from rest it reaches the target without passing it, for any frame length', () => {
    for (const dt of [1 / 144, 1 / 60, 0.1, 1]) {
      let [value, speed] = [0, 0];
      for (let t = 0; t < 2; t += dt) {
        [value, speed] = springStep(value, speed, 1, dt);
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(value).toBeCloseTo(1, 3);
    }
  });
});
