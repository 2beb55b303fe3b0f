import { expect, test } from 'vitest';
import {
  bytes,
  count,
  fixed,
  formatDuration,
  formatValue,
  percent,
  rate,
  roughCount,
  roughDuration,
} from '../../../src/format/numbers';

test('amounts are short and grouped, and bytes count in thousands', () => {
  expect([999, 1000, 1_344_000].map(count)).toEqual(['999', '1,000', '1,344,000']);
  expect([999, 1000, 136_400_000, 2e15].map(bytes)).toEqual(['999 bytes', '1 kB', '136 MB', '2,000 TB']);
});

test('what is not known is a dash, never NaN', () => {
  expect([null, undefined, Number.NaN, 0.5].map(value => fixed(value))).toEqual(['–', '–', '–', '0.500']);
  expect([null, undefined, Number.NaN, 0.125].map(percent)).toEqual(['–', '–', '–', '12.5 %']);
  expect([0, 12.345].map(rate)).toEqual(['–', '12.3']);
});

test('values keep six significant digits, however small, and never say NaN', () => {
  expect([0.00015, 0.123456789, 3.1, 1234.5678, 1.5e-7, Number.NaN].map(formatValue)).toEqual([
    '0.00015',
    '0.123457',
    '3.1',
    '1234.57',
    '1.5e-7',
    'no label',
  ]);
});

test('durations grow from seconds to hours', () => {
  expect([1234, 42_000, 245_000, 3_729_000].map(formatDuration)).toEqual([
    '1.2 s',
    '42 s',
    '4:05',
    '1:02:09',
  ]);
});

test('what is known roughly has two digits, and one unit of time', () => {
  expect([8123, 46.4, 12_345].map(roughCount)).toEqual(['8,100', '46', '12,000']);
  const minute = 60_000;
  expect([400, 2300, 3 * minute, 150 * minute, 96 * 60 * minute].map(roughDuration)).toEqual([
    ...['less than 1 s', '2 s', '3 min', '3 h', '4 days'],
  ]);
});
