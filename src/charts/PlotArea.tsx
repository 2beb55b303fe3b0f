/**
 * @file A plot with its pointer and keys: hover, drag to zoom, and a cursor that arrow keys move over the steps.
 * The cursor is a slider to assistive technology, so that every exact value can be read without a mouse.
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { formatValue } from '../format/numbers';
import type { ChartModel, LineModel } from './chartModel';
import { formatX } from './formatX';
import { HoverLayer } from './HoverLayer';
import type { HoverStore } from './hoverStore';
import { Plot } from './Plot';
import { createFrame } from './plotFrame';
import { nearestRow, rowX } from './rows';
import type { ChartZoom, SwapEvent } from './types';
import { useWidth } from './useWidth';

interface PlotAreaProps {
  model: ChartModel;
  lines: readonly LineModel[];
  swaps: readonly SwapEvent[];
  store: HoverStore;
  label: string;
  height: number;
  dashed: boolean;
  onZoom: (zoom: ChartZoom | null) => void;
}

/** A drag over fewer pixels counts as a click. */
const smallestDrag = 6;

export function PlotArea({ model, lines, swaps, store, label, height, dashed, onZoom }: PlotAreaProps) {
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const hovered = useSyncExternalStore(store.subscribe, store.get);
  // The frame is kept while only the cursor moves, because a new frame would redraw every line.
  const frame = useMemo(() => (width > 0 ? createFrame(model, width, height) : null), [model, width, height]);
  const lead = lines.reduce<LineModel | undefined>(
    (longest, line) => (longest && longest.run.length >= line.run.length ? longest : line),
    undefined,
  );

  const pixelOf = (event: PointerEvent) => {
    const left = frame?.left ?? 0;
    const x = event.clientX - (root.current?.getBoundingClientRect().left ?? 0);
    return Math.min(Math.max(x, left), left + (frame?.plotWidth ?? 0));
  };
  const pointAt = (pixel: number) => {
    if (!frame || !lead) return;
    const row = nearestRow(lead.run, model.axis, frame.x.invert(pixel));
    if (row >= 0) store.set(rowX(lead.run, model.axis, row));
  };
  const onPointerMove = (event: PointerEvent) => {
    const pixel = pixelOf(event);
    if (drag) setDrag({ ...drag, to: pixel });
    pointAt(pixel);
  };
  const onPointerUp = () => {
    if (drag && frame && Math.abs(drag.to - drag.from) >= smallestDrag) {
      const [a, b] = [frame.x.invert(drag.from), frame.x.invert(drag.to)];
      onZoom(a < b ? [a, b] : [b, a]);
    }
    setDrag(null);
  };
  const zoomBy = (factor: number) => {
    const [from, to] = model.xDomain;
    const center = hovered ?? (from + to) / 2;
    const next: ChartZoom = [center - (center - from) * factor, center + (to - center) * factor];
    onZoom(next[0] <= model.xExtent[0] && next[1] >= model.xExtent[1] ? null : next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!lead || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = lead.run.length - 1;
    const here = hovered === null ? last : nearestRow(lead.run, model.axis, hovered);
    const page = Math.max(1, Math.round((last + 1) / 20));
    const moves: Record<string, number> = {
      ArrowLeft: here - (event.shiftKey ? page : 1),
      ArrowRight: here + (event.shiftKey ? page : 1),
      PageUp: here - page,
      PageDown: here + page,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) store.set(rowX(lead.run, model.axis, Math.min(Math.max(to, 0), last)));
    else if (event.key === 'Escape' && hovered !== null) store.set(null);
    else if (event.key === '+' || event.key === '=') zoomBy(0.5);
    else if (event.key === '-') zoomBy(2);
    else if (event.key === '0') onZoom(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const now = hovered ?? model.xDomain[1];
  const spoken = lines
    .map(line => {
      const row = nearestRow(line.run, model.axis, now);
      return row < 0 ? '' : `${line.run.methodLabel} ${line.taskLabel} ${formatValue(line.series.raw(row))}`;
    })
    .filter(Boolean);

  return (
    <div
      ref={root}
      className="chartPlot"
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={Math.floor(model.xExtent[0])}
      aria-valuemax={Math.ceil(model.xExtent[1])}
      aria-valuenow={Math.round(now)}
      aria-valuetext={`${model.axis} ${formatX(now, model.axis)}: ${spoken.join(', ')}`}
      onPointerMove={onPointerMove}
      onPointerLeave={() => {
        if (!drag) store.set(null);
      }}
      onPointerDown={event => {
        if (event.button !== 0 || event.pointerType === 'touch') return pointAt(pixelOf(event));
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: pixelOf(event), to: pixelOf(event) });
      }}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={() => onZoom(null)}
      onKeyDown={onKeyDown}
      onBlur={() => store.set(null)}
    >
      {frame && (
        <>
          <Plot model={model} frame={frame} lines={lines} swaps={swaps} dashed={dashed} />
          {drag && (
            <div
              className="chartDrag"
              style={{
                left: Math.min(drag.from, drag.to),
                width: Math.abs(drag.to - drag.from),
                top: frame.top,
                height: frame.plotHeight,
              }}
            />
          )}
          <HoverLayer store={store} model={model} frame={frame} lines={lines} dashed={dashed} />
        </>
      )}
    </div>
  );
}
