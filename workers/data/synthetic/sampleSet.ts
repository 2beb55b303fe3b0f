/**
 * @file The sample faces: a dataset that is drawn on demand (METHOD section 8). A picture depends only on the seed and on
 * (identity, expression, modality, number). So any picture can be drawn alone, at any size, and it is the same on every
 * machine.
 */

import { downloadZip } from 'client-zip';
import type { DatasetIndex, Sample, SampleSetOptions } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import { complexion } from './complexion';
import { drawCaricature } from './drawCaricature';
import { drawFace } from './drawFace';
import { exaggerate } from './exaggerate';
import { type ExpressionName, expressionNames, showExpression } from './expressions';
import { faceGeometry } from './faceGeometry';
import { faceParameters } from './faceParameters';
import { blur, develop, illuminate } from './finish';
import { nuisance } from './nuisance';
import { encodePng } from './png';
import { Raster } from './raster';
import { type Modality, modalityNuisance, SAMPLE_SETS, type SampleSetId } from './sampleSets';

export interface SampleSet {
  index: Omit<DatasetIndex, 'id' | 'fingerprint'>;
  /** The RGB bytes, `[size, size, 3]`, of `index.samples[sample]`. The picture is drawn at this size. */
  pixels(sample: number, size: number): Uint8Array<ArrayBuffer>;
  /** The set as a zip of 96 px PNG files and a `manifest.csv`. */
  zip(signal?: AbortSignal): Promise<Blob>;
}

const zipSize = 96;

/** Makes a sample set. @throws AppError `sample/options` when a number is not a whole number in its range. */
export function sampleSet(id: SampleSetId, { seed, identities, perCell }: SampleSetOptions): SampleSet {
  const { label, limits, modalities } = SAMPLE_SETS[id];
  const kinds: readonly Modality[] = modalities;
  for (const [name, value, limit] of [
    ['identities', identities, limits.identities],
    ['perCell', perCell, limits.perCell],
  ] as const)
    if (!Number.isInteger(value) || value < 1 || value > limit)
      throw new AppError('sample/options', `${name} = ${value}: give a whole number from 1 to ${limit}.`);
  if (!Number.isInteger(seed)) throw new AppError('sample/options', `seed = ${seed}: give a whole number.`);

  const people = Array.from({ length: identities }, (_, k) => `S${String(k + 1).padStart(3, '0')}`);
  /** A quarter of each cell is held out. */
  const trained = perCell - Math.floor(perCell / 4);
  const samples: Sample[] = [];
  const columns = {
    identity: { names: people, values: [] as number[] },
    expression: { names: expressionNames, values: [] as number[] },
    modality: { names: kinds, values: [] as number[] },
  };
  const drawn: Drawn[] = [];
  for (const [identity, person] of people.entries())
    for (const [expression, shown] of expressionNames.entries())
      for (const [modality, kind] of kinds.entries())
        for (let number = 0; number < perCell; number++) {
          samples.push({
            path: `${person}/${shown}/${kind}_${String(number).padStart(2, '0')}.png`,
            sequence: null,
            frame: null,
            split: number < trained ? 'train' : 'test',
            fold: null,
          });
          columns.identity.values.push(identity);
          columns.expression.values.push(expression);
          columns.modality.values.push(modality);
          drawn.push({ identity, person, expression: shown, modality: kind, number });
        }

  const pixels = (sample: number, size: number) => drawSample(seed, drawn[sample] as Drawn, size);

  return {
    index: { name: label, layout: 'sample', samples, columns },
    pixels,
    async zip(signal) {
      const lastModified = new Date(2020, 0, 1);
      async function* files() {
        const rows = samples.map(({ path, split }, i) => {
          const { person, expression, modality } = drawn[i] as Drawn;
          return [path, person, expression, modality, split].join(',');
        });
        yield {
          name: 'manifest.csv',
          lastModified,
          input: `path,identity,expression,modality,split\n${rows.join('\n')}\n`,
        };
        for (const [i, { path }] of samples.entries()) {
          signal?.throwIfAborted();
          yield { name: path, lastModified, input: await encodePng(pixels(i, zipSize), zipSize) };
        }
      }
      return downloadZip(files()).blob();
    },
  };
}

/** The key of one picture, which says what the picture shows. */
interface Drawn {
  identity: number;
  person: string;
  expression: ExpressionName;
  modality: Modality;
  number: number;
}

/** Draws one picture from the seed and the picture's key. */
function drawSample(seed: number, { identity, expression, modality, number }: Drawn, size: number) {
  const amount = modalityNuisance[modality];
  const key = [seed, identity, expression, modality, number] as const;
  const raster = new Raster(size);
  const around = nuisance(amount, ...key);
  const person = faceParameters(seed, identity);
  const shown = showExpression(expression, amount, ...key);
  if (modality === 'photo') {
    drawFace(raster, faceGeometry(person, shown, around.yaw), complexion(person), around);
    illuminate(raster, around.light);
    blur(raster, around.blur);
    return develop(raster, around.noise, ...key);
  }
  // A different artist draws each caricature.
  const seen = exaggerate(person, ...key);
  drawCaricature(raster, faceGeometry(seen, shown, 0.6 * around.yaw), complexion(seen), around);
  return develop(raster, 0.02, ...key);
}
