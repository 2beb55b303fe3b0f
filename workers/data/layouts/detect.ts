/** @file Finds the layout of a dataset: the first one in the registry that at least 80 % of the images fit. */

import type { LayoutScore } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { Entry } from '../archive/entry';
import { isImage } from '../archive/paths';
import type { Layout } from './layout';
import { LAYOUTS, type LayoutId } from './layouts';

const acceptedShare = 0.8;

export interface Detection {
  id: LayoutId;
  layout: Layout;
  /** All candidates: the chosen one first, the others by score. */
  candidates: LayoutScore[];
}

/**
 * @param wanted the id of a layout that a person chose. It is enough if it fits one image.
 * @throws AppError `dataset/layout` when no layout fits. The message names the best one.
 */
export function detectLayout(entries: readonly Entry[], wanted?: string): Detection {
  const ids = Object.keys(LAYOUTS) as LayoutId[];
  const scores = ids.map(id => ({ id, label: LAYOUTS[id].label, score: LAYOUTS[id].detect(entries) }));
  const best = scores.toSorted((a, b) => b.score - a.score);
  if (wanted !== undefined && !ids.some(id => id === wanted))
    throw new AppError('dataset/layout', `There is no layout "${wanted}". Choose one of ${ids.join(', ')}.`);
  const chosen =
    wanted === undefined
      ? scores.find(({ score }) => score >= acceptedShare)
      : scores.find(({ id, score }) => id === wanted && score > 0);
  if (!chosen) {
    const images = entries.filter(entry => isImage(entry.path));
    const [top] = best;
    throw new AppError(
      'dataset/layout',
      wanted === undefined
        ? `No layout fits ${acceptedShare * 100} % of the ${images.length} images; the nearest is "${top?.label}" with ${Math.floor((top?.score ?? 0) * 100)} % (for example ${images[0]?.path} says neither who nor which expression). Put the images in a folder a person or an expression, or add a manifest.csv with the columns path, identity and expression.`
        : `The layout "${wanted}" fits none of the ${images.length} images. Let it be found automatically, or choose another.`,
    );
  }
  const candidates = [chosen, ...best.filter(({ id, score }) => score > 0 && id !== chosen.id)];
  return { id: chosen.id, layout: LAYOUTS[chosen.id], candidates };
}
