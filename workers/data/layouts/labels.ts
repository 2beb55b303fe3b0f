/** @file The words that datasets use for expressions, modalities and splits, and the standard name for each of them. */

export const expressionNames = [
  'anger',
  'contempt',
  'disgust',
  'fear',
  'happiness',
  'neutral',
  'sadness',
  'surprise',
] as const;
export type ExpressionName = (typeof expressionNames)[number];

const expressionWords: Record<ExpressionName, string> = {
  anger: 'anger angry an',
  contempt: 'contempt contemptuous co',
  disgust: 'disgust disgusted di',
  fear: 'fear fearful afraid scared fe',
  happiness: 'happiness happy joy joyful smile smiling ha',
  neutral: 'neutral neutrality calm ne',
  sadness: 'sadness sad sa',
  surprise: 'surprise surprised su',
};
const modalityWords = {
  photo: 'photo photos photograph photographs real visual vis vl realfaces',
  caricature: 'caricature caricatures cartoon cartoons cartoonfaces drawing drawings',
  'near infrared': 'ni nir',
};
const splitWords = {
  train: 'train training trainset train_set',
  validation: 'val valid validation publictest val_set',
  test: 'test testing privatetest test_set',
};

function dictionary<Name extends string>(words: Record<Name, string>): Map<string, Name> {
  const map = new Map<string, Name>();
  for (const name of Object.keys(words) as Name[])
    for (const word of words[name].split(' ')) map.set(word, name);
  return map;
}
const expressions = dictionary(expressionWords);
const modalities = dictionary(modalityWords);
const splits = dictionary(splitWords);

/**
 * The expression of a word, or `null`: `Happy`, `03_joy` and `HA` give `happiness`. A number at the start is ignored
 * ("3_happy", "0 Angry").
 */
export function expressionOf(word: string): ExpressionName | null {
  const key = word.trim().toLowerCase();
  return expressions.get(key) ?? expressions.get(key.replace(/^\d+[\s._-]+/, '')) ?? null;
}

/** The modality of a word, or `null`: `Real` gives `photo`, `Cartoon` gives `caricature`, `NIR` gives `near infrared`. */
export function modalityOf(word: string): string | null {
  return modalities.get(word.trim().toLowerCase()) ?? null;
}

export function splitOf(word: string): 'train' | 'validation' | 'test' | null {
  return splits.get(word.trim().toLowerCase()) ?? null;
}

/** Whether a folder name is a label. Such a folder must not be removed from the paths as an outer folder. */
export function isLabelWord(word: string): boolean {
  return expressionOf(word) !== null || modalityOf(word) !== null || splitOf(word) !== null;
}
