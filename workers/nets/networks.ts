/** @file The registry of networks. Each network has one file, and one line here. */
import { inceptionResnet, inceptionResnetFull } from './inceptionResnet';
import type { NetworkEntry } from './network';
import { tiny } from './tiny';

export const NETWORKS = { tiny, inceptionResnet, inceptionResnetFull } as const satisfies Record<
  string,
  NetworkEntry
>;

export type NetworkId = keyof typeof NETWORKS;
