/** @file Computes all outlines of one face in one expression. Photo and caricature both draw them. */

import type { Expression } from './expressions';
import type { FaceParameters } from './faceParameters';
import { type EyeShapes, eyeShapes } from './features/eyes';
import { type HairShapes, hairShapes } from './features/hair';
import { type HeadShapes, headShapes } from './features/head';
import { type MouthShapes, mouthShapes } from './features/mouth';
import { type Nose, noseShapes } from './features/nose';
import { type Proportions, proportions, turned } from './features/proportions';

export interface FaceGeometry extends HeadShapes, HairShapes, EyeShapes, MouthShapes {
  nose: Nose;
  at: Proportions;
}

/** @param yaw the turn of the head, from about −1 to about 1. */
export function faceGeometry(person: FaceParameters, shown: Expression, yaw: number): FaceGeometry {
  const at = proportions(person, shown);
  const turn = turned(yaw);
  return {
    ...headShapes(person, at, turn),
    ...hairShapes(person, at, turn),
    ...eyeShapes(person, shown, at, yaw, turn),
    ...mouthShapes(person, shown, at, turn),
    nose: noseShapes(at, yaw),
    at,
  };
}
