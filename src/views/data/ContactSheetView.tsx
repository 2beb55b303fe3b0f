/**
 * @file Draws thumbnails that cover the labels of every column on one canvas. The pointer or the arrow keys select one,
 * and its labels are shown.
 */
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { ContactSheet } from '../../../workers/protocol/dataset';
import { capital } from '../../format/words';

const columns = 12;
const moves: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: at => at - 1,
  ArrowRight: at => at + 1,
  ArrowUp: at => at - columns,
  ArrowDown: at => at + columns,
  Home: () => 0,
  End: (_, last) => last,
};

const captionOf = ({ labels }: ContactSheet['tiles'][number]) =>
  Object.values(labels)
    .filter(part => part !== null)
    .map(capital)
    .join(' · ') || 'No label';

export function ContactSheetView({ sheet }: { sheet: ContactSheet }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const { tiles, size } = sheet;
  const rows = Math.ceil(tiles.length / columns);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    tiles.forEach(({ pixels }, i) => {
      const image = new ImageData(pixels, size, size);
      context?.putImageData(image, (i % columns) * size, Math.floor(i / columns) * size);
    });
  }, [tiles, size]);

  const point = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    setChosen(row * columns + column);
  };
  const press = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const next = move(chosen ?? 0, tiles.length - 1);
    if (tiles[next]) setChosen(next);
  };
  const tile = chosen === null ? undefined : tiles[chosen];
  const caption = tile && captionOf(tile);
  return (
    <figure className="sheet">
      {/* A slider over the tiles: screen readers speak its value text when the arrow keys move it. */}
      <div
        className="sheet-tiles"
        role="slider"
        tabIndex={0}
        aria-label="Samples of the dataset"
        aria-valuemin={1}
        aria-valuemax={tiles.length}
        aria-valuenow={(chosen ?? 0) + 1}
        aria-valuetext={caption ?? `${tiles.length} images`}
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={event => event.pointerType === 'mouse' && setChosen(null)}
        onFocus={() => setChosen(now => now ?? 0)}
        onBlur={() => setChosen(null)}
        onKeyDown={press}
      >
        <canvas ref={canvas} width={columns * size} height={rows * size} />
        {chosen !== null && tile && (
          <i
            style={{
              insetInlineStart: `${((chosen % columns) * 100) / columns}%`,
              insetBlockStart: `${(Math.floor(chosen / columns) * 100) / rows}%`,
              inlineSize: `${100 / columns}%`,
              blockSize: `${100 / rows}%`,
            }}
          />
        )}
      </div>
      <figcaption>
        {caption ?? `${tiles.length} of the images. Point at one, or press the arrow keys.`}
      </figcaption>
    </figure>
  );
}
