/** @file A caricature of a sample face: flat colours with one step of shade, brushed ink outlines, white paper. */

import { type Complexion, mix, shade } from './complexion';
import { ellipse, stroke, tapered } from './curves';
import type { FaceGeometry } from './faceGeometry';
import type { Nuisance } from './nuisance';
import type { Raster, Rgb, Shape } from './raster';

const ink: Rgb = [0.09, 0.07, 0.09];
const paper: Rgb = [0.985, 0.975, 0.95];

/** Draws a caricature into `raster` and sets its placement. */
export function drawCaricature(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  const tint = mix(paper, n.background, 0.12);
  raster.wash(mix(tint, paper, 0.5), tint);
  fillPage(raster, g, n);
  const flat: Complexion = {
    ...c,
    skin: vivid(c.skin),
    skinShade: vivid(shade(c.skin, 0.8)),
    hair: vivid(c.hair),
  };
  drawBehind(raster, g, flat, n);
  drawHead(raster, g, flat);
  for (const eye of g.eyes) drawEye(raster, eye, flat);
  drawMouth(raster, g, flat);
  drawNose(raster, g, flat);
  drawHair(raster, g, flat);
  const browWidth = (t: number) => g.browThickness * 1.25 * (0.8 + 0.8 * t - 1.5 * t * t * t);
  for (const brow of g.brows) raster.fill(stroke(brow, browWidth), { colour: mix(c.brow, ink, 0.55) });
}

/** Scales the drawing so that head and hair fill the page, no matter how far the face is exaggerated. */
function fillPage(raster: Raster, g: FaceGeometry, n: Nuisance): void {
  const ys = [...g.hair, ...g.head].filter((_, i) => i % 2 === 1);
  const xs = [...g.hair, ...g.ears[0], ...g.ears[1]].filter((_, i) => i % 2 === 0);
  const top = Math.min(...ys);
  const bottom = Math.max(...ys);
  const scale =
    (1.62 * (1 + 0.6 * (n.scale - 1))) / Math.max(bottom - top + 0.12, Math.max(...xs) - Math.min(...xs));
  raster.place({ scale, lean: n.lean, x: 0.45 * n.x, y: 0.45 * n.y - 0.04 - (scale * (top + bottom)) / 2 });
}

/** Makes a colour more saturated than in a photo. */
function vivid(colour: Rgb): Rgb {
  const grey = (colour[0] + colour[1] + colour[2]) / 3;
  return shade(mix([grey, grey, grey], colour, 1.18), 1.04);
}

/** Draws a closed outline. Its line gets wider and thinner, as a brush's line does. */
function outline(raster: Raster, shape: Shape, width: number, inside?: Float32Array): void {
  const closed = [...shape, shape[0] as number, shape[1] as number];
  const pressure = (t: number) => width * (0.65 + 2.2 * t * (1 - t) * (0.4 + t));
  raster.fill(stroke(closed, pressure), inside ? { colour: ink, inside } : { colour: ink });
}

function line(raster: Raster, points: Shape, width: number, alpha = 1): void {
  if (alpha > 0.05)
    raster.fill(stroke(points, tapered(width * (0.4 + 0.6 * alpha), 0.2)), {
      colour: ink,
      alpha: Math.min(1, 2 * alpha),
    });
}

const shifted = (shape: Shape, dx: number, dy: number) => shape.map((value, i) => value + (i % 2 ? dy : dx));

/** Fills a shape with the shade, and then with the colour except along the lower right edge, which stays in shadow. */
function cel(raster: Raster, shape: Shape, colour: Rgb, dark: Rgb, dx: number, dy: number): void {
  const inside = raster.mask(shape);
  raster.fill(shape, { colour: dark });
  raster.fill(shifted(shape, -dx, -dy), { colour, inside });
}

function drawBehind(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  if (g.hairBehind) {
    raster.fill(g.hairBehind, { colour: shade(c.hair, 0.75) });
    outline(raster, g.hairBehind, 0.032);
  }
  raster.fill(g.neck, { colour: c.skinShade });
  outline(raster, g.neck, 0.024);
  cel(raster, g.shoulders, n.clothes, shade(n.clothes, 0.75), 0.1, 0.06);
  outline(raster, g.shoulders, 0.032);
  for (const [k, ear] of g.ears.entries()) {
    raster.fill(ear, { colour: mix(c.skin, c.skinShade, 0.4) });
    outline(raster, ear, 0.028);
    line(raster, g.earFolds[k as 0], 0.024);
  }
}

function drawHead(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const { eyeX, eyeY, mouthY, half } = g.at;
  cel(raster, g.head, c.skin, c.skinShade, 0.13 * half, 0.04);
  const inside = raster.mask(g.head);
  for (const side of [-1, 1])
    raster.fill(ellipse(side * eyeX * 1.25, 0.45 * eyeY + 0.55 * mouthY, 0.11, 0.07), {
      colour: mix(c.skin, [0.93, 0.3, 0.28], 0.3),
      alpha: 0.8,
      inside,
    });
  for (const fold of g.folds) line(raster, fold, 0.022, g.foldDepth);
  for (const furrow of g.furrows) line(raster, furrow, 0.026, g.furrowDepth);
  outline(raster, g.head, 0.04);
}

function drawEye(raster: Raster, eye: FaceGeometry['eyes'][0], c: Complexion): void {
  const inside = raster.mask(eye.white);
  const { x, y, radius } = eye.iris;
  raster.fill(eye.white, { colour: [1, 1, 1] });
  raster.fill(ellipse(x, y, radius * 1.05, radius * 1.05), { colour: ink, inside });
  raster.fill(ellipse(x, y, radius * 0.78, radius * 0.78), { colour: mix(c.iris, [1, 1, 1], 0.12), inside });
  raster.fill(ellipse(x, y, radius * 0.45, radius * 0.45), { colour: ink, inside });
  raster.fill(ellipse(x + radius * 0.3, y - radius * 0.35, radius * 0.22, radius * 0.22), {
    colour: [1, 1, 1],
    inside,
  });
  line(raster, eye.lowerLid, 0.018);
  raster.fill(
    stroke(eye.upperLid, t => 0.018 + 0.03 * t),
    { colour: ink },
  );
  line(raster, eye.crease, 0.018, 0.7);
}

function drawNose(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const { side, tip, wings, nostrils } = g.nose;
  raster.fill(wings, { colour: mix(c.skin, [0.9, 0.35, 0.3], 0.18), alpha: 0.9 });
  line(raster, side, 0.026);
  line(raster, tip, 0.034);
  for (const nostril of nostrils) raster.fill(nostril, { colour: ink });
}

function drawMouth(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const { opening, upperLip, lowerLip, teeth, tongue, line: middle, gap } = g.mouth;
  if (gap > 0.012) {
    const inside = raster.mask(opening);
    raster.fill(opening, { colour: [0.32, 0.05, 0.08] });
    if (gap > 0.06) raster.fill(tongue, { colour: [0.86, 0.36, 0.36], inside });
    raster.fill(teeth, { colour: [1, 1, 0.98] });
  }
  raster.fill(upperLip, { colour: shade(c.lips, 0.92) });
  raster.fill(lowerLip, { colour: c.lips });
  outline(raster, upperLip, 0.012);
  outline(raster, lowerLip, 0.012);
  if (gap > 0.012) outline(raster, opening, 0.022);
  else line(raster, middle, 0.032);
}

function drawHair(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const inside = raster.mask(g.hair);
  raster.fill(g.hair, { colour: c.hair });
  for (const strand of g.strands)
    raster.fill(stroke(strand, tapered(0.03, 0.05)), { colour: mix(c.hair, ink, 0.6), inside });
  raster.fill(ellipse(-0.25, g.at.topY * 0.9, g.at.half * 0.38, 0.05), {
    colour: mix(c.hair, [1, 1, 1], 0.3),
    inside,
  });
  outline(raster, g.hair, 0.034);
}
