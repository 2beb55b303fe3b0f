export interface Turns {
  pageMs: number;
  torchMs: number;
  layout: string;
  page: number[];
  torch: number[][];
}

export function takeTurns(
  process: { steps(layout: string, count: number): Promise<number[]> },
  measureStep: (seconds: number) => Promise<number>,
  seconds: number,
): Promise<Turns>;

export function pytorchTable(
  result:
    | { failed: string }
    | (Pick<Turns, 'pageMs' | 'torchMs' | 'layout'> & { version: string; device: string }),
  sizes: { batch: number },
  ours: string,
): string;
