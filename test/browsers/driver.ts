/** @file The interface by which the scenario drives a browser. It is the same for every engine and protocol. */

/** A value that can be sent to the page and back without a change. NaN cannot: WebDriver makes it null. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface Driver {
  /** The name and version that the browser reports. */
  version: string;
  /** Loads a page anew, even if only the hash differs. */
  open(url: string): Promise<void>;
  /** Runs `body` in the page and waits for what it promises. It is sent as text: it sees its arguments and the page only. */
  evaluate<A extends readonly Plain[], R>(
    body: (...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<Awaited<R>>;
  /** Clicks with the mouse on the element that the XPath finds. */
  click(xpath: string): Promise<void>;
  /** Gives the file at `path` to the file input that the XPath finds; it may be hidden. */
  upload(xpath: string, path: string): Promise<void>;
  /** Returns a PNG of the visible part of the page. */
  screenshot(): Promise<Uint8Array>;
  /** Errors that the page wrote to its console. It is empty for an engine whose protocol does not report them. */
  errors(): readonly string[];
  close(): Promise<void>;
}

export const windowSize = { width: 1440, height: 900 } as const;
/** A step takes about a second where JavaScript computes it. */
export const longestCallMs = 1_200_000;
