/** @file Gives React components the app: a context for actions and a hook for state. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { App } from './app';
import type { AppState } from './store';

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp needs an AppContext around it');
  return app;
}

/** The component renders again when the value of `select` changes; values are compared one level deep. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, useShallow(select));
}
