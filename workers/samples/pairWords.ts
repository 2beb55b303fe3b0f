/** @file The words for the two kinds of pairs. They say of which label column the pairs are. */

export interface PairWords {
  /** A heading, such as "Same person" or "Same expression". */
  same: string;
  /** A heading, such as "Different people" or "Different expression". */
  different: string;
  /** Follows the word "images" or "pairs": "of one person", "with the same expression". */
  ofSame: string;
  /** Follows the word "images" or "pairs": "of two people", "that differ in expression". */
  ofDifferent: string;
  /** What an image must have to be paired: "the label of a person", "a label of expression". */
  labelled: string;
}

const people: PairWords = {
  same: 'Same person',
  different: 'Different people',
  ofSame: 'of one person',
  ofDifferent: 'of two people',
  labelled: 'the label of a person',
};

/**
 * The words for pairs of one label column, or of several that are shown together. Only the column `identity` tells people
 * apart.
 */
export function pairWords(...columns: readonly string[]): PairWords {
  if (columns.every(column => column === 'identity')) return people;
  const names = columns.map(column => (column === 'identity' ? 'person' : column));
  const name = [...new Set(names)].join(' or ');
  return {
    same: `Same ${name}`,
    different: `Different ${name}`,
    ofSame: `with the same ${name}`,
    ofDifferent: `that differ in ${name}`,
    labelled: `a label of ${name}`,
  };
}
