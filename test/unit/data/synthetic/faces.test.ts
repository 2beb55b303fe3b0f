import { describe, expect, test } from 'vitest';
import { complexion } from '../../../../workers/data/synthetic/complexion';
import { drawFace } from '../../../../workers/data/synthetic/drawFace';
import { exaggerate } from '../../../../workers/data/synthetic/exaggerate';
import { expressionNames, expressions, showExpression } from '../../../../workers/data/synthetic/expressions';
import { faceGeometry } from '../../../../workers/data/synthetic/faceGeometry';
import {
  faceParameterNames,
  faceParameters,
  parameterLimit,
} from '../../../../workers/data/synthetic/faceParameters';
import { nuisance } from '../../../../workers/data/synthetic/nuisance';
import { Raster } from '../../../../workers/data/synthetic/raster';

const people = Array.from({ length: 200 }, (_, k) => faceParameters(3, k));

test('a person is 22 numbers within the clip, some of them at it', () => {
  expect(faceParameterNames).toHaveLength(22);
  const values = people.flatMap(person => faceParameterNames.map(name => person[name]));
  const largest = Math.max(...values.map(Math.abs));
  expect(largest).toBe(parameterLimit);
});

test('each parameter has mean 0 over the population', () => {
  for (const name of faceParameterNames) {
    const mean = people.reduce((total, person) => total + person[name], 0) / people.length;
    // Deviation of the mean of 200 clipped normals: below 0.07; four of them.
    expect(Math.abs(mean), name).toBeLessThan(0.28);
  }
});

test('a person depends on the seed and on the number', () => {
  expect(faceParameters(3, 5)).toEqual(people[5]);
  expect(faceParameters(4, 5)).not.toEqual(people[5]);
  expect(people[6]).not.toEqual(people[5]);
});

test('a shown expression stays near its vector times 0.8 – 1.1', () => {
  for (const name of expressionNames)
    for (let k = 0; k < 20; k++) {
      const shown = showExpression(name, 1, 7, k);
      for (const part of Object.keys(shown) as (keyof typeof shown)[]) {
        const full = expressions[name][part];
        const [low, high] = full < 0 ? [1.1 * full, 0.8 * full] : [0.8 * full, 1.1 * full];
        expect(shown[part]).toBeGreaterThanOrEqual(low - 0.121);
        expect(shown[part]).toBeLessThanOrEqual(high + 0.121);
      }
    }
});

test('an artist exaggerates unevenly: features of one drawing get gains far apart', () => {
  const person = faceParameters(3, 0);
  const seen = exaggerate(person, 3, 0, 'anger');
  const gains = faceParameterNames
    .filter(name => Math.abs(person[name]) > 0.3)
    .map(name => seen[name] / person[name]);
  expect(Math.max(...gains) - Math.min(...gains)).toBeGreaterThan(1);
  expect(exaggerate(person, 3, 0, 'fear')).not.toEqual(seen);
});

describe('outlines', () => {
  test('are finite for the most exaggerated faces', () => {
    for (const sign of [-4, 4])
      for (const name of expressionNames) {
        const extreme = Object.fromEntries(
          faceParameterNames.map((parameter, k) => [parameter, k % 3 ? sign : -sign]),
        ) as ReturnType<typeof faceParameters>;
        const geometry = faceGeometry(extreme, expressions[name], 1);
        for (const shape of [geometry.head, geometry.hair, geometry.mouth.opening, geometry.eyes[0].white])
          expect(shape.every(Number.isFinite)).toBe(true);
      }
  });

  test('keep eyes apart and the mouth above the chin on every person of a population', () => {
    for (const person of people) {
      const { at } = faceGeometry(person, expressions.surprise, 0);
      expect(at.eyeX).toBeGreaterThan(at.eyeHalf);
      expect(at.mouthY).toBeLessThan(at.chinY);
      expect(at.browY).toBeLessThan(at.eyeY);
    }
  });

  test('smile lifts the mouth corners above its middle, sadness drops them', () => {
    const person = faceParameters(3, 1);
    const lift = (name: 'happiness' | 'sadness' | 'neutral') => {
      const { line } = faceGeometry(person, expressions[name], 0).mouth;
      return (line[Math.floor(line.length / 4) * 2 + 1] as number) - (line[1] as number);
    };
    expect(lift('happiness')).toBeGreaterThan(0.1);
    expect(lift('sadness')).toBeLessThan(-0.1);
    expect(lift('neutral')).toBeCloseTo(0, 6);
  });
});

describe('a photo in the same light and pose', () => {
  const size = 64;
  const person = faceParameters(3, 2);
  const draw = (name: (typeof expressionNames)[number]) => {
    const raster = new Raster(size);
    drawFace(raster, faceGeometry(person, expressions[name], 0), complexion(person), nuisance(0, 3));
    return raster.rgb;
  };
  const neutral = draw('neutral');
  /** Mean change of a channel in rows `top` … `bottom` of the middle of the face. */
  const change = (picture: Float32Array, top: number, bottom: number) => {
    let total = 0;
    for (let y = top; y < bottom; y++)
      for (let i = 3 * (y * size + 18); i < 3 * (y * size + 46); i++)
        total += Math.abs((picture[i] as number) - (neutral[i] as number));
    return total / ((bottom - top) * 28 * 3);
  };

  test.each(expressionNames.filter(name => name !== 'neutral'))(
    '%s visibly changes the mouth, and eyes or brows',
    name => {
      const picture = draw(name);
      // 0.015 of full scale on average is about 4 grey levels over the whole region.
      expect(change(picture, 40, 54)).toBeGreaterThan(0.015);
      expect(change(picture, 16, 34)).toBeGreaterThan(0.015);
      expect(change(picture, 0, 6)).toBe(0);
    },
  );
});
