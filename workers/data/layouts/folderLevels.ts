/**
 * @file The generic layout. It reads labels from the names of folders, level by level. A level is all folders at one depth.
 * It looks for the split first, then for expression, modality and identity. The different names on a level decide what it
 * means, so no list of datasets is needed.
 */
import { AppError } from '../../protocol/errors';
import type { Entry } from '../archive/entry';
import { folders, isImage, stem } from '../archive/paths';
import { expressionNames, expressionOf, modalityOf, splitOf } from './labels';
import type { Layout, RawSample } from './layout';
import { shareThatFits, sortOut } from './sortOut';

type Role = 'split' | 'expression' | 'modality' | 'identity' | 'numbers' | 'other';

/** Names that cameras and scripts give to files. They are not names of people. */
const nameless =
  /^(im|img|image|images|frame|face|faces|photo|pic|picture|dsc|dscn|crop|training|test|train|val|publictest|privatetest|)$/i;

interface Reading {
  roles: Role[];
  identityFrom: 'folder' | 'name' | null;
  modalityFromName: boolean;
  splits: boolean;
}

function share(names: readonly string[], fits: (name: string) => boolean): number {
  return names.filter(fits).length / Math.max(1, names.length);
}

/** Names like `C00012`, `P00003`, `name_c_4` and `name_r_5(1)` say whether an image is a caricature or a photo. */
function modalityOfName(name: string): string | null {
  const mark = /^([cp])\d{5}$/i.exec(name)?.[1] ?? /_([cr])_\d+\s*(\(\d+\))?$/i.exec(name)?.[1];
  if (!mark) return null;
  return mark.toLowerCase() === 'c' ? 'caricature' : 'photo';
}

/** The part of a file name before its last number, without a modality mark: `Name_0001` → `Name`. */
function identityOfName(name: string): string | null {
  const match = /^(.*?)(?:_[cr])?[\s._-]*\d+\s*(?:\(\d+\))?$/i.exec(name);
  const who = match?.[1]?.replace(/[\s._-]+$/, '') ?? '';
  return nameless.test(who) || expressionOf(who) ? null : who;
}

function counts(names: Iterable<string>): Map<string, number> {
  const map = new Map<string, number>();
  for (const name of names) map.set(name, (map.get(name) ?? 0) + 1);
  return map;
}
const mostlyTwoOrMore = (images: Map<string, number>) =>
  [...images.values()].filter(n => n >= 2).length * 2 > images.size;

/** Decides what each folder level means, from the paths of all images. */
function interpret(paths: readonly string[]): Reading {
  const levels: string[][] = [];
  for (const path of paths)
    folders(path).forEach((name, depth) => {
      levels[depth] ??= [];
      levels[depth].push(name);
    });
  const distinct = levels.map(names => [...new Set(names)]);
  const roles: Role[] = distinct.map(() => 'other');
  const first = (fits: (names: string[]) => boolean) => {
    const depth = distinct.findIndex((names, i) => roles[i] === 'other' && fits(names));
    return depth >= 0 ? depth : null;
  };
  const give = (role: Role, depth: number | null) => {
    if (depth !== null) roles[depth] = role;
  };

  const splitLevel = first(names => share(names, name => splitOf(name) !== null) === 1);
  give('split', splitLevel);
  give(
    'expression',
    first(names => share(names, name => expressionOf(name) !== null) >= 0.7),
  );
  const modalityLevel = first(names => share(names, name => modalityOf(name) !== null) === 1);
  give('modality', modalityLevel);
  // Expression datasets number their classes 0–7 or 1–7, but each in its own order.
  give(
    'numbers',
    roles.includes('expression')
      ? null
      : first(names => names.length >= 2 && names.every(name => /^[0-7]$/.test(name))),
  );

  const people = distinct
    .map((names, depth) => ({ names, depth, images: counts(levels[depth] ?? []) }))
    .filter(
      ({ depth, names, images }) => roles[depth] === 'other' && names.length >= 2 && mostlyTwoOrMore(images),
    )
    // Sessions and sequences have the same numbers for every person, so the level with the most names is that of the people.
    .sort((a, b) => b.names.length - a.names.length || a.depth - b.depth)[0];
  let identityFrom: Reading['identityFrom'] = null;
  if (people) {
    identityFrom = 'folder';
    roles[people.depth] = 'identity';
  } else {
    const stems = paths.map(path => identityOfName(stem(path)));
    const named = stems.filter(name => name !== null);
    const images = counts(named);
    // If all names in the expression folders are the same before the number, they come from a script and not from people.
    const people = images.size >= 2 || !roles.includes('expression');
    if (named.length >= 0.8 * paths.length && mostlyTwoOrMore(images) && people) identityFrom = 'name';
    else {
      const only = first(names => names.length === 1);
      if (only !== null && !roles.includes('expression') && !roles.includes('numbers')) {
        identityFrom = 'folder';
        roles[only] = 'identity';
      }
    }
  }
  const words = new Set((splitLevel === null ? [] : (distinct[splitLevel] ?? [])).map(splitOf));
  return {
    roles,
    identityFrom,
    modalityFromName:
      modalityLevel === null && share(paths, path => modalityOfName(stem(path)) !== null) >= 0.8,
    splits: words.has('train') && words.size >= 2,
  };
}

function label(entry: Entry, reading: Reading): RawSample {
  const names = folders(entry.path);
  const level = (role: Role) => {
    const name = names[reading.roles.indexOf(role)];
    return reading.roles.includes(role) ? (name ?? null) : null;
  };
  const name = stem(entry.path);
  const expression = level('expression');
  const modality = reading.modalityFromName ? modalityOfName(name) : level('modality');
  const split = splitOf(level('split') ?? '');
  const identity = reading.identityFrom === 'name' ? identityOfName(name) : level('identity');
  // Folders below the person that have no other meaning are recordings of that person (S005/001/…). Their numbered frames
  // share a stem.
  const below = reading.roles.indexOf('identity');
  const takes = names.filter(
    (_, depth) => below >= 0 && depth > below && (reading.roles[depth] ?? 'other') === 'other',
  );
  const frame = /^(.*?frame)[\s._-]*(\d+)$/i.exec(name);
  const isTake = takes.length > 0 || frame !== null;
  return {
    image: entry,
    labels: {
      identity,
      expression: expression === null ? null : expressionOf(expression),
      modality: modality === null ? null : (modalityOf(modality) ?? modality),
    },
    sequence: isTake ? [...names, frame?.[1] ?? ''].join('/') : null,
    frame: isTake ? Number(/(\d+)$/.exec(name)?.[1] ?? 0) : null,
    split: reading.splits ? split : null,
    fold: null,
  };
}

const imagePaths = (entries: readonly Entry[]) => entries.map(({ path }) => path).filter(isImage);

const isLabelled = ({ labels: { identity, expression } }: RawSample) =>
  identity !== null || expression !== null;

export const folderLevels: Layout = {
  label: 'Folders (people, expressions, photo / caricature, train / test)',
  detect(entries) {
    const reading = interpret(imagePaths(entries));
    return shareThatFits(
      entries,
      entry => reading.roles.includes('numbers') || isLabelled(label(entry, reading)),
    );
  },
  async read(entries) {
    const paths = imagePaths(entries);
    const reading = interpret(paths);
    const { samples, skipped } = sortOut(
      entries,
      entry => {
        const sample = label(entry, reading);
        return isLabelled(sample) ? sample : null;
      },
      'neither a person nor an expression could be read from its path',
    );
    const notes: string[] = [];
    if (reading.roles.includes('numbers')) {
      const depth = reading.roles.indexOf('numbers');
      const names = [...new Set(paths.map(path => folders(path)[depth] ?? ''))].sort();
      const sentence = `Folders ${names.join(', ')} look like numbered expressions, but CK+, FER2013, RAF-DB and AffectNet each number them differently. Rename them (${expressionNames.join(', ')}), or add a manifest.csv with a label_map column.`;
      if (samples.length === 0) throw new AppError('dataset/ambiguous-labels', sentence);
      notes.push(sentence);
    }
    if (reading.identityFrom === null)
      notes.push('No identity was found in folder or file names: no verification, and no split by subject.');
    return { samples, skipped, notes };
  },
};
