/**
 * @file Named checkpoints in IndexedDB. Each checkpoint has an id, and under it two entries: a short description and the
 * large file. Both are written in one transaction. Renaming changes only the description, and listing does not read the files.
 */
import { createStore, delMany, get, getMany, keys, set, setMany, type UseStore } from 'idb-keyval';
import type { CheckpointInfo, StorageUse } from '../../protocol/checkpoints';
import { AppError } from '../../protocol/errors';

let opened: UseStore | null = null;
function store(): UseStore {
  opened ??= createStore('seesaw', 'checkpoints');
  return opened;
}

const infoKey = (id: string) => `info/${id}`;
const fileKey = (id: string) => `file/${id}`;

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (cause instanceof DOMException && cause.name === 'QuotaExceededError') {
      throw new AppError(
        'storage/full',
        'The browser has no room for this checkpoint. Delete an older one or export to a file.',
        { cause },
      );
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('storage/failed', `The browser's storage failed: ${why}. Export to a file instead.`, {
      cause,
    });
  }
}

/** How many bytes this site has stored in the browser, and how many it may store. */
export async function storageUse(): Promise<StorageUse> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usedBytes: usage, quotaBytes: quota };
}

async function list(): Promise<{ id: string; info: CheckpointInfo }[]> {
  const ids = (await keys<string>(store()))
    .filter(key => key.startsWith('info/'))
    .map(key => key.slice('info/'.length));
  const infos = await getMany<CheckpointInfo>(ids.map(infoKey), store());
  return ids.flatMap((id, i) => {
    const info = infos[i];
    return info ? [{ id, info }] : [];
  });
}

async function find(name: string): Promise<{ id: string; info: CheckpointInfo }> {
  const found = (await list()).find(({ info }) => info.name === name);
  if (!found) throw new AppError('storage/missing', `There is no checkpoint called "${name}".`);
  return found;
}

async function assertFree(name: string): Promise<void> {
  if (!name.trim()) throw new AppError('storage/name', 'A checkpoint needs a name.');
  if ((await list()).some(({ info }) => info.name === name)) {
    throw new AppError(
      'storage/exists',
      `There is a checkpoint called "${name}" already. Choose another name or delete that one.`,
    );
  }
}

/**
 * Lists all checkpoints, the newest first.
 * @throws AppError `storage/failed`.
 */
export function listCheckpoints(): Promise<CheckpointInfo[]> {
  return storing(async () => (await list()).map(({ info }) => info).sort((a, b) => b.savedAt - a.savedAt));
}

/**
 * Stores a checkpoint under the name in `info`.
 * @throws AppError `storage/name`, `storage/exists`, `storage/full`, `storage/failed`.
 */
export function putCheckpoint(info: CheckpointInfo, file: Blob): Promise<void> {
  return storing(async () => {
    await assertFree(info.name);
    const id = crypto.randomUUID();
    await setMany(
      [
        [infoKey(id), info],
        [fileKey(id), file],
      ],
      store(),
    );
  });
}

/**
 * The weight file of a checkpoint.
 * @throws AppError `storage/missing`, `storage/failed`.
 */
export function getCheckpoint(name: string): Promise<Blob> {
  return storing(async () => {
    const { id } = await find(name);
    const file = await get<Blob>(fileKey(id), store());
    if (!file)
      throw new AppError('storage/missing', `The file of the checkpoint "${name}" is gone. Delete it.`);
    return file;
  });
}

/** @throws AppError `storage/missing`, `storage/name`, `storage/exists`, `storage/failed`. */
export function renameCheckpoint(name: string, to: string): Promise<void> {
  return storing(async () => {
    const { id, info } = await find(name);
    await assertFree(to);
    await set(infoKey(id), { ...info, name: to }, store());
  });
}

/** @throws AppError `storage/missing`, `storage/failed`. */
export function deleteCheckpoint(name: string): Promise<void> {
  return storing(async () => {
    const { id } = await find(name);
    await delMany([infoKey(id), fileKey(id)], store());
  });
}
