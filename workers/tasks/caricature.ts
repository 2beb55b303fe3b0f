/**
 * @file The system of the second paper (METHOD section 2): recognise the person across photos and caricatures, in
 * caricatures alone, and in photos alone.
 */
import type { DatasetIndex } from '../protocol/dataset';
import { type System, task } from './task';

/** The people with at least one image of a modality. */
function peopleWith({ columns: { identity, modality } }: DatasetIndex, kind: string): Set<number> {
  const wanted = modality.names.indexOf(kind);
  const people = new Set<number>();
  for (const [i, person] of identity.values.entries())
    if (wanted >= 0 && modality.values[i] === wanted && person !== null) people.add(person);
  return people;
}

/** The system needs people with both photos and caricatures. Without them the network cannot learn to match the two. */
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
    // The head of this task names the person in photos and in caricatures. Its embedding is used for verification.
    task('verification', 'Cross-modal identity', { column: 'identity', embeds: true }),
    task('caricature', 'Caricature identity', only('caricature')),
    task('visual', 'Visual identity', only('photo')),
  ],
  needs,
};
