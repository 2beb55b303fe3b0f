/**
 * @file A chart as a picture of its own: what is seen in a container, rebuilt as one SVG with every colour written
 * out, so that it looks the same in a viewer that knows nothing of the page's stylesheet.
 *
 * Taken over: every `<svg>` of the container (unless inside `data-export="skip"`) and the text of every
 * `data-export="text"`, each where it stands on the page.
 */
import { AppError } from '../../workers/protocol/errors';
import type { SeriesKind } from './types';

const namespace = 'http://www.w3.org/2000/svg';
const padding = 16;
const titleHeight = 34;

/** The style properties that are written out. Each is also a valid SVG attribute. */
const inlined = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'stop-color',
  'stop-opacity',
] as const;

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const property of inlined) {
    const value = style.getPropertyValue(property);
    if (value) to.setAttribute(property, value);
  }
  to.removeAttribute('class');
  to.removeAttribute('style');
  to.removeAttribute('tabindex');
  for (let i = 0; i < from.children.length; i++) {
    const source = from.children[i];
    const target = to.children[i];
    if (source && target) inline(source, target);
  }
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** The background colour of the first ancestor that has one. */
function backgroundOf(container: Element): string {
  for (let at: Element | null = container; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color && color !== 'transparent' && !/[,/]\s*0\)$/.test(color)) return color;
  }
  return '#ffffff';
}

function defaultTitle(container: HTMLElement): string {
  const chart = container.closest('[data-chart]') ?? container.querySelector('[data-chart]');
  return chart?.getAttribute('data-chart') === 'loss' ? 'Task losses' : 'Task weights';
}

const skipped = (node: Element) => node.closest('[data-export="skip"]') !== null;

/**
 * Self-contained SVG text of the charts inside `container`, `title` above them (default: what the chart shows).
 * @throws AppError `chart/empty` when nothing is drawn yet.
 */
function chartToSvg(container: HTMLElement, title = defaultTitle(container)): string {
  const box = container.getBoundingClientRect();
  const drawings = [...container.querySelectorAll('svg')].filter(
    svg => !skipped(svg) && !svg.parentElement?.closest('svg') && svg.closest('[data-chart]'),
  );
  const texts = [...container.querySelectorAll('[data-export="text"]')].filter(node => !skipped(node));
  if (!drawings.some(svg => svg.querySelector('[data-task]')))
    throw new AppError(
      'chart/empty',
      `The chart "${title}" has no line to export yet. Run a few steps first.`,
    );

  // The headings and menus of the page above the charts are not part of the picture.
  const rects = [...drawings, ...texts].map(node => node.getBoundingClientRect());
  const top = Math.min(...rects.map(rect => rect.top));
  const bottom = Math.max(...rects.map(rect => rect.bottom));
  const width = Math.ceil(box.width + 2 * padding);
  const height = Math.ceil(bottom - top + titleHeight + 2 * padding);
  const dx = padding - box.left;
  const dy = padding + titleHeight - top;

  const style = getComputedStyle(container);
  const root = element('svg', { xmlns: namespace, width, height, viewBox: `0 0 ${width} ${height}` });
  const name = element('title', {});
  name.textContent = title;
  const heading = element('text', {
    x: padding,
    y: padding + 18,
    fill: style.color,
    'font-family': style.fontFamily,
    'font-size': 16,
    'font-weight': 600,
  });
  heading.textContent = title;
  root.append(name, element('rect', { width, height, fill: backgroundOf(container) }), heading);

  for (const svg of drawings) {
    const rect = svg.getBoundingClientRect();
    const copy = svg.cloneNode(true) as SVGSVGElement;
    inline(svg, copy);
    copy.setAttribute('x', String(rect.left + dx));
    copy.setAttribute('y', String(rect.top + dy));
    copy.setAttribute('width', String(rect.width));
    copy.setAttribute('height', String(rect.height));
    copy.setAttribute('overflow', 'visible');
    root.append(copy);
  }
  for (const node of texts) {
    const rect = node.getBoundingClientRect();
    const own = getComputedStyle(node);
    const size = Number.parseFloat(own.fontSize);
    const text = element('text', {
      x: rect.left + dx,
      // Where the baseline of a line of text stands in its box, for the usual ascent of a text face.
      y: rect.top + rect.height / 2 + size * 0.35 + dy,
      fill: own.color,
      'font-family': own.fontFamily,
      'font-size': size,
      'font-weight': own.fontWeight,
      'text-decoration': own.textDecorationLine,
    });
    text.textContent = node.textContent;
    root.append(text);
  }
  return new XMLSerializer().serializeToString(root);
}

/**
 * The same picture as a PNG, `scale` pixels a CSS pixel. `title` is the heading, as in `chartToSvg`.
 * @throws AppError `chart/png` when the browser cannot draw it.
 */
async function chartToPng(container: HTMLElement, scale = 2, title?: string): Promise<Blob> {
  const svg = chartToSvg(container, title);
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
    if (!context || !blob)
      throw new AppError(
        'chart/png',
        `A picture of ${canvas.width} × ${canvas.height} pixels could not be drawn. Export SVG instead.`,
      );
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The chart of one kind that the page shows, as a file. */
export function chartBlob(kind: SeriesKind, format: 'svg' | 'png'): Promise<Blob> {
  const chart = document.getElementById(`chart-${kind}`);
  if (!chart) throw new Error(`chart-${kind} is not on the page`);
  return format === 'png'
    ? chartToPng(chart)
    : Promise.resolve(new Blob([chartToSvg(chart)], { type: 'image/svg+xml' }));
}
