/**
 * @file What draws charts, fetched as soon as the page is mounted and not with it. It is there long before the first run,
 * so that nothing flashes when a chart appears, and no server need be there any more.
 */
import { type ComponentType, type ReactNode, Suspense, use } from 'react';

type Drawn = typeof import('./drawn');

let drawn: Drawn | null = null;
let fetching: Promise<Drawn> | null = null;

/** Fetches it once. @throws what the browser says when the server is gone. */
export async function fetchDrawn(): Promise<Drawn> {
  fetching ??= import('./drawn');
  drawn = await fetching;
  return drawn;
}

let settling: Promise<Drawn | null> | null = null;

/** One promise for every render: null when it could not be fetched. */
function settled(): Promise<Drawn | null> {
  settling ??= fetchDrawn().catch(() => null);
  return settling;
}

/** A component of `drawn.ts`. Until it is fetched, it keeps its place of `heightPx`. */
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
