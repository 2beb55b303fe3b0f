/**
 * @file Fetches the code that draws charts after the page is mounted, so that the page appears sooner. It is there long
 * before the first run, so that nothing flashes when a chart appears, and a run needs no server any more.
 */
import { type ComponentType, type ReactNode, Suspense, use } from 'react';

type Drawn = typeof import('./drawn');

let drawn: Drawn | null = null;
let fetching: Promise<Drawn> | null = null;

/** Fetches the code once. @throws the error of the browser if the server cannot be reached. */
export async function fetchDrawn(): Promise<Drawn> {
  fetching ??= import('./drawn');
  drawn = await fetching;
  return drawn;
}

let settling: Promise<Drawn | null> | null = null;

/** Returns the same promise for every render. It gives null if the code could not be fetched. */
function settled(): Promise<Drawn | null> {
  settling ??= fetchDrawn().catch(() => null);
  return settling;
}

/** Wraps a component of `drawn.ts`. Until the code is fetched, an empty place of `heightPx` pixels is shown. */
function later<P extends object>(pick: (drawn: Drawn) => ComponentType<P>, heightPx: number) {
  const Fetched = (props: P): ReactNode => {
    const all = drawn ?? use(settled());
    if (!all)
      return (
        <p className="fine">The program that draws charts did not load. Reload the page to try again.</p>
      );
    const Component = pick(all);
    return <Component {...props} />;
  };
  return function Later(props: P) {
    return (
      <Suspense fallback={<div style={{ height: heightPx }} />}>
        <Fetched {...props} />
      </Suspense>
    );
  };
}

export const Charts = later(({ Charts }) => Charts, 360);
export const CurveView = later(({ CurveView }) => CurveView, 230);
