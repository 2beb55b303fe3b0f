/** @file The second paper's system: who it is across photos and caricatures, and in each of them (METHOD section 2). */
import type { DatasetIndex } from '../protocol/dataset';
import { type System, task } from './task';

/** People with at least one image of the kind. */
function peopleWith({ columns: { identity, modality } }: DatasetIndex, kind: string): Set<number> {
  const wanted = modality.names.indexOf(kind);
  const people = new Set<number>();
  for (const [i, person] of identity.values.entries())
    if (wanted >= 0 && modality.values[i] === wanted && person !== null) people.add(person);
  return people;
}

/** People who are both photographed and drawn: without them nothing is learned across the two. */
function needs(index: DatasetIndex): string | null {
  const kinds = index.columns.modality.names;
  const photos = peopleWith(index, 'photo');
  const caricatures = peopleWith(index, 'caricature');
  if (photos.size === 0 || caricatures.size === 0)
    return `the other two tasks need photos and caricatures of the same people; this has ${kinds.length > 0 ? `only ${kinds.join(', ')}` : 'no such labels'}.`;
  if (photos.size < 2 || caricatures.size < 2)
    return `the other two tasks need at least two people with photos and two with caricatures; this has ${photos.size} and ${caricatures.size}.`;
  return [...photos].some(person => caricatures.has(person))
    ? null
    : 'no person has both photos and caricatures. Check that both spell the names alike.';
}

const only = (is: string) => ({ column: 'identity', filter: { column: 'modality', is } });

export const caricature: System = {
  pairs: 'crossModal',
  label: 'Caricature + photo (3 tasks)',
  cites:
    'Z. Ming, J.-C. Burie, M. M. Luqman: Cross-modal Multi-task Learning for Graphic Recognition of Caricature Face, 2021',
  tasks: [
    // Its head names who it is, in photos and caricatures alike: verification is what its embedding is for.
    task('verification', 'Cross-modal identity', { column: 'identity', embeds: true }),
    task('caricature', 'Caricature identity', only('caricature')),
    task('visual', 'Visual identity', only('photo')),
  ],
  needs,
};
