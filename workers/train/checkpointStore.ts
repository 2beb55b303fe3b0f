/** @file Named checkpoints in IndexedDB: the list apart from the (large) files, so that listing reads no weights. */
import { createStore, del, entries, get, set } from 'idb-keyval';
import { AppError } from '../protocol/link';
import type { CheckpointInfo, StorageUse } from '../protocol/messages';

const list = () => createStore('seesaw-checkpoint-list', 'info');
const files = () => createStore('seesaw-checkpoint-files', 'blob');

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const full = cause instanceof DOMException && cause.name === 'QuotaExceededError';
    throw full
      ? new AppError(
          'storage/full',
          'The browser has no room for this checkpoint. Delete an older one or export to a file.',
          { cause },
        )
      : new AppError(
          'storage/failed',
          `The browser's storage failed: ${cause instanceof Error ? cause.message : cause}. Export to a file instead.`,
          { cause },
        );
  }
}

export async function storageUse(): Promise<StorageUse> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usedBytes: usage, quotaBytes: quota };
}

/** Newest first. */
export function listCheckpoints(): Promise<CheckpointInfo[]> {
  return storing(async () => {
    const all = await entries<string, CheckpointInfo>(list());
    return all.map(([, info]) => info).sort((a, b) => b.savedAt - a.savedAt);
  });
}

async function assertFree(name: string): Promise<void> {
  if (!name.trim()) throw new AppError('storage/name', 'A checkpoint needs a name.');
  if (await get(name, list())) {
    throw new AppError(
      'storage/exists',
      `There is a checkpoint called "${name}" already. Choose another name or delete that one.`,
    );
  }
}

/** @throws AppError `storage/exists`, `storage/full`, `storage/failed`. */
export function putCheckpoint(info: CheckpointInfo, file: Blob): Promise<void> {
  return storing(async () => {
    await assertFree(info.name);
    await set(info.name, file, files());
    await set(info.name, info, list());
  });
}

/** @throws AppError `storage/missing`. */
export function getCheckpoint(name: string): Promise<Blob> {
  return storing(async () => {
    const file = await get<Blob>(name, files());
    if (!file) throw new AppError('storage/missing', `There is no checkpoint called "${name}".`);
    return file;
  });
}

/** @throws AppError `storage/missing`, `storage/exists`. */
export function renameCheckpoint(name: string, to: string): Promise<void> {
  return storing(async () => {
    const file = await getCheckpoint(name);
    const info = await get<CheckpointInfo>(name, list());
    if (!info) throw new AppError('storage/missing', `There is no checkpoint called "${name}".`);
    await putCheckpoint({ ...info, name: to }, file);
    await deleteCheckpoint(name);
  });
}

export function deleteCheckpoint(name: string): Promise<void> {
  return storing(async () => {
    await del(name, list());
    await del(name, files());
  });
}
