/** @file What the scenario asks of a browser: the same of every engine, whatever protocol drives it. */

/** A value that survives the way into the page and back. NaN does not: WebDriver makes it null. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface Driver {
  /** As the browser names itself. */
  version: string;
  /** Loads a page anew, also when only the hash differs. */
  open(url: string): Promise<void>;
  /** Runs `body` in the page and waits for what it promises. It is sent as text: it sees its arguments and the page only. */
  evaluate<A extends readonly Plain[], R>(
    body: (...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<Awaited<R>>;
  /** A press with the mouse on the element that the XPath finds. */
  click(xpath: string): Promise<void>;
  /** Gives the file at `path` to the file input that the XPath finds; it may be hidden. */
  upload(xpath: string, path: string): Promise<void>;
  /** A PNG of what the window shows. */
  screenshot(): Promise<Uint8Array>;
  /** Errors that the page wrote to its console; an engine whose protocol does not tell returns none. */
  errors(): readonly string[];
  close(): Promise<void>;
}

export const windowSize = { width: 1440, height: 900 } as const;
/** A step takes about a second where JavaScript computes it. */
export const longestCallMs = 1_200_000;
