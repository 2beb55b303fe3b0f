import { expect, test } from 'vitest';
import {
  expressionNames,
  expressionOf,
  isLabelWord,
  modalityOf,
  splitOf,
} from '../../../../workers/data/layouts/labels';

test('every canonical expression is its own word, in any letter case', () => {
  for (const name of expressionNames) {
    expect(expressionOf(name)).toBe(name);
    expect(expressionOf(` ${name.toUpperCase()} `)).toBe(name);
  }
});

test.each([
  ['Angry', 'anger'],
  ['AN', 'anger'],
  ['disgusted', 'disgust'],
  ['afraid', 'fear'],
  ['happy', 'happiness'],
  ['joy', 'happiness'],
  ['calm', 'neutral'],
  ['sad', 'sadness'],
  ['Surprised', 'surprise'],
  ['0 Angry', 'anger'],
  ['3_happy', 'happiness'],
])('the expression word %s means %s', (word, name) => expect(expressionOf(word)).toBe(name));

test('a name, a number and a part of a word are no expression', () => {
  for (const word of ['Sandler', '3', 'happyhour', '', 'S005']) expect(expressionOf(word)).toBeNull();
});

test('photo and caricature words are told apart, unknown ones are left alone', () => {
  expect(['Real', 'visual', 'photos'].map(modalityOf)).toEqual(['photo', 'photo', 'photo']);
  expect(['Caricature', 'cartoon'].map(modalityOf)).toEqual(['caricature', 'caricature']);
  expect(modalityOf('Strong')).toBeNull();
});

test('validation words are neither train nor test', () => {
  expect(['Training', 'val', 'PublicTest', 'PrivateTest'].map(splitOf)).toEqual([
    'train',
    'validation',
    'validation',
    'test',
  ]);
});

test('a label word is recognised as one, whatever it labels', () => {
  expect(['anger', 'Real', 'train', 'jaffedbase'].map(isLabelWord)).toEqual([true, true, true, false]);
});
