/** @file Thumbnails over identities, expressions and modalities, on one canvas. */
import { useEffect, useRef, useState } from 'react';
import type { ContactSheet } from '../../workers/protocol/messages';
import { capital } from './words';

const columns = 12;

export function ContactSheetView({ sheet }: { sheet: ContactSheet }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const { tiles, size } = sheet;
  const rows = Math.ceil(tiles.length / columns);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    tiles.forEach(({ pixels }, i) => {
      const image = new ImageData(pixels, size, size);
      context?.putImageData(image, (i % columns) * size, Math.floor(i / columns) * size);
    });
  }, [tiles, size]);
  const captionOf = (tile: ContactSheet['tiles'][number] | undefined) =>
    tile
      ? [tile.identity, tile.expression, tile.modality]
          .filter(part => part !== null)
          .map(capital)
          .join(' · ')
      : null;
  return (
    <figure className="sheet">
      <canvas
        ref={canvas}
        width={columns * size}
        height={rows * size}
        role="img"
        aria-label={`${tiles.length} samples of the dataset`}
        onPointerMove={event => {
          const box = event.currentTarget.getBoundingClientRect();
          const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
          const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
          setPointed(captionOf(tiles[row * columns + column]));
        }}
        onPointerLeave={() => setPointed(null)}
      />
      <figcaption>{pointed ?? `${tiles.length} of the images. Point at one.`}</figcaption>
    </figure>
  );
}
