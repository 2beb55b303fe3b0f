/** @file Handles the keys of the whole page: space, `.` and `?`. The browser itself closes the dialog with Esc. */
import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { attempt } from '../../state/actions/context';
import { useApp } from '../../state/useApp';

/** Whether the focused control needs the key for itself. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof Element)) return false;
  const typing = target.closest('input:not([type=checkbox], [type=radio], [type=range]), select, textarea');
  const pressing =
    event.key === ' ' && target.closest('button, summary, input, a, [role=button], [tabindex="0"]');
  return Boolean(typing ?? pressing) || document.querySelector('dialog[open]') !== null;
}

export function useShortcuts() {
  const { store, runs } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => dialog.current?.showModal();
  useEffect(() => {
    const when = (act: () => Promise<void> | undefined) => (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      event.preventDefault();
      void attempt(store, 'train', async () => act());
    };
    const showKeys = when(() => {
      dialog.current?.showModal();
      return undefined;
    });
    return tinykeys(window, {
      Space: when(() =>
        runs.runningIds().length > 0 ? runs.pause(runs.runningIds()) : runs.resume(runs.pausedIds()),
      ),
      '.': when(() => runs.step(runs.pausedIds())),
      // On some keyboards the question mark needs Shift, on others it does not.
      '?': showKeys,
      'Shift+?': showKeys,
    });
  }, [store, runs]);
  return { dialog, open };
}
