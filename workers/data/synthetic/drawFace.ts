/** @file Draws the photo of a sample face, with shaded skin, soft light, a studio background, blur and grain. */

import { type Complexion, mix, shade } from './complexion';
import { ellipse, stroke, tapered } from './curves';
import type { FaceGeometry } from './faceGeometry';
import type { Nuisance } from './nuisance';
import type { Raster, Rgb } from './raster';

const white: Rgb = [1, 1, 1];
const black: Rgb = [0.05, 0.03, 0.03];

/** Draws a photo into `raster` and sets its placement. */
export function drawFace(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  raster.wash(shade(n.background, 1.08), shade(n.background, 0.72));
  raster.place({ scale: 1.08 * n.scale, lean: n.lean, x: n.x, y: n.y + 0.03 });
  raster.glow(0, -0.1, 1.5, 1.5, { colour: shade(n.background, 1.35), alpha: 0.45 });
  drawBody(raster, g, c, n);
  drawHead(raster, g, c, n);
  for (const eye of g.eyes) drawEye(raster, eye, c);
  drawNose(raster, g, c);
  drawMouth(raster, g, c);
  const browWidth = (t: number) => g.browThickness * (0.75 + 0.9 * t - 1.4 * t * t * t);
  for (const brow of g.brows) raster.fill(stroke(brow, browWidth), { colour: c.brow, alpha: 0.92 });
  drawHair(raster, g, c, n);
}

function drawBody(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  if (g.hairBehind) {
    const inside = raster.mask(g.hairBehind);
    raster.fill(g.hairBehind, { colour: shade(c.hair, 0.72) });
    raster.glow(0, 0.5, g.at.half * 1.15, 0.7, { colour: shade(c.hair, 0.35), alpha: 0.7, inside });
  }
  const neck = raster.mask(g.neck);
  raster.fill(g.neck, { colour: mix(c.skin, c.skinShade, 0.35) });
  raster.glow(0, g.at.chinY + 0.02, g.at.half, 0.28, {
    colour: shade(c.skinShade, 0.75),
    alpha: 0.85,
    inside: neck,
  });
  const clothes = raster.mask(g.shoulders);
  raster.fill(g.shoulders, { colour: n.clothes });
  raster.glow(-0.7, 1.2, 0.7, 0.5, { colour: shade(n.clothes, 0.6), alpha: 0.6, inside: clothes });
  raster.glow(0.7, 1.2, 0.7, 0.5, { colour: shade(n.clothes, 0.6), alpha: 0.6, inside: clothes });
  raster.fill(stroke(g.collar, tapered(0.04, 0.8)), { colour: shade(n.clothes, 0.72) });
}

function drawHead(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  const { eyeY, browY, chinY, topY, half, eyeX, mouthY } = g.at;
  for (const [k, ear] of g.ears.entries()) {
    raster.fill(ear, { colour: mix(c.skin, c.skinShade, 0.28) });
    raster.fill(stroke(g.earFolds[k as 0], tapered(0.035)), { colour: c.skinShade, alpha: 0.75 });
  }
  const inside = raster.mask(g.head);
  raster.fill(g.head, { colour: c.skin });
  const shadow = (x: number, y: number, rx: number, ry: number, alpha: number) =>
    raster.glow(x, y, rx, ry, { colour: c.skinShade, alpha, inside });
  const light = (x: number, y: number, rx: number, ry: number, alpha: number) =>
    raster.glow(x, y, rx, ry, { colour: c.skinLight, alpha, inside });
  // The sides of the face and the underside of the jaw are darker, most of all on the side away from the light.
  const away = n.light.x > 0 ? -1 : 1;
  shadow(away * half * 1.15, 0.05, half * 0.85, 1.1, 0.55 + 0.4 * n.light.strength);
  shadow(-away * half * 1.2, 0.05, half * 0.7, 1.05, 0.4);
  shadow(0, chinY + 0.05, half * 1.1, 0.26, 0.6);
  shadow(0, topY + 0.1, half * 1.3, 0.45, 0.35);
  for (const side of [-1, 1]) {
    shadow(side * eyeX, 0.55 * eyeY + 0.45 * browY, 0.2, 0.13, 0.35);
    raster.glow(side * eyeX * 1.25, 0.45 * eyeY + 0.55 * mouthY - 0.02, 0.2, 0.15, {
      colour: mix(c.skin, [0.88, 0.32, 0.3], 0.3),
      alpha: 0.55,
      inside,
    });
    light(side * eyeX * 1.2, eyeY + 0.17, 0.16, 0.09, 0.35);
  }
  light(-away * 0.1, browY - 0.12, half * 0.7, 0.2, 0.45);
  light(0, chinY - 0.09, 0.14, 0.08, 0.35);
  shadow(0, mouthY + 0.1, 0.13, 0.05, 0.45);
  for (const fold of g.folds)
    raster.fill(stroke(fold, tapered(0.022)), { colour: c.skinShade, alpha: 0.55 * g.foldDepth });
  for (const furrow of g.furrows)
    raster.fill(stroke(furrow, tapered(0.026)), { colour: c.skinShade, alpha: 0.85 * g.furrowDepth });
}

function drawEye(raster: Raster, eye: FaceGeometry['eyes'][0], c: Complexion): void {
  const inside = raster.mask(eye.white);
  const { x, y, radius } = eye.iris;
  raster.fill(eye.white, { colour: [0.96, 0.95, 0.93] });
  raster.fill(ellipse(x, y, radius, radius), { colour: shade(c.iris, 0.55), inside });
  raster.fill(ellipse(x, y, radius * 0.84, radius * 0.84), { colour: c.iris, inside });
  raster.glow(x, y + radius * 0.45, radius * 0.8, radius * 0.6, {
    colour: shade(c.iris, 1.7),
    alpha: 0.7,
    inside,
  });
  raster.fill(ellipse(x, y, radius * 0.46, radius * 0.46), { colour: black, inside });
  // First the shadow of the upper lid, then its lashes and its crease.
  raster.fill(stroke(eye.upperLid, tapered(0.045, 0.5)), {
    colour: shade(c.skinShade, 0.6),
    alpha: 0.4,
    inside,
  });
  raster.fill(ellipse(x + radius * 0.3, y - radius * 0.34, radius * 0.2, radius * 0.2), {
    colour: white,
    inside,
  });
  raster.fill(stroke(eye.lowerLid, tapered(0.013)), { colour: shade(c.skinShade, 0.75), alpha: 0.7 });
  raster.fill(
    stroke(eye.upperLid, t => 0.012 + 0.02 * t),
    { colour: black, alpha: 0.92 },
  );
  raster.fill(stroke(eye.crease, tapered(0.016)), { colour: shade(c.skinShade, 0.8), alpha: 0.7 });
}

function drawNose(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const { x, y, half, side, nostrils, wings } = g.nose;
  const inside = raster.mask(wings);
  raster.fill(
    stroke(side, t => 0.012 + 0.028 * t),
    { colour: c.skinShade, alpha: 0.4 },
  );
  raster.fill(wings, { colour: mix(c.skin, c.skinShade, 0.3), alpha: 0.55 });
  raster.glow(x, y + 0.055, half * 1.15, 0.05, { colour: c.skinShade, alpha: 0.7 });
  raster.glow(x, y - 0.02, half * 0.85, 0.06, {
    colour: mix(c.skin, [0.9, 0.4, 0.34], 0.2),
    alpha: 0.8,
    inside,
  });
  raster.glow(x, 0.5 * (y + g.at.eyeY), 0.035, 0.22, { colour: c.skinLight, alpha: 0.7 });
  raster.glow(x, y - 0.025, 0.045, 0.035, { colour: c.skinLight, alpha: 0.8 });
  for (const nostril of nostrils) raster.fill(nostril, { colour: shade(c.skinShade, 0.5), alpha: 0.85 });
}

function drawMouth(raster: Raster, g: FaceGeometry, c: Complexion): void {
  const { opening, upperLip, lowerLip, teeth, tongue, line, gap } = g.mouth;
  const { mouthY } = g.at;
  const inside = raster.mask(lowerLip);
  if (gap > 0.012) {
    raster.fill(opening, { colour: [0.2, 0.04, 0.05] });
    if (gap > 0.06) raster.fill(tongue, { colour: [0.72, 0.3, 0.3], inside: raster.mask(opening) });
    raster.fill(teeth, { colour: [0.97, 0.95, 0.9] });
  }
  raster.fill(upperLip, { colour: shade(c.lips, 0.85) });
  raster.fill(lowerLip, { colour: c.lips });
  raster.glow(g.nose.x * 0.72, mouthY + gap + 0.03, 0.1, 0.03, {
    colour: mix(c.lips, white, 0.45),
    alpha: 0.6,
    inside,
  });
  if (gap <= 0.03)
    raster.fill(stroke(line, tapered(0.028, 0.5)), { colour: shade(c.lips, 0.28), alpha: 0.95 });
}

function drawHair(raster: Raster, g: FaceGeometry, c: Complexion, n: Nuisance): void {
  const { topY, half } = g.at;
  const inside = raster.mask(g.hair);
  raster.fill(g.hair, { colour: c.hair });
  raster.glow(-half, topY * 0.4, 0.4, 0.7, { colour: shade(c.hair, 0.5), alpha: 0.6, inside });
  raster.glow(half, topY * 0.4, 0.4, 0.7, { colour: shade(c.hair, 0.5), alpha: 0.6, inside });
  for (const strand of g.strands)
    raster.fill(stroke(strand, tapered(0.022)), { colour: shade(c.hair, 0.6), alpha: 0.4, inside });
  raster.glow(0.35 * n.light.x, topY * 0.93, half * 0.8, 0.16, {
    colour: mix(c.hair, white, 0.35),
    alpha: 0.6,
    inside,
  });
}
