/** The part of selenium-webdriver that `webkit.ts` uses: the package has no types of its own. */
declare module 'selenium-webdriver' {
  export interface WebElement {
    click(): Promise<void>;
    sendKeys(keys: string): Promise<void>;
  }
  export interface WebDriver {
    get(url: string): Promise<void>;
    /** The script's last argument is the callback that ends it. */
    executeAsyncScript(script: string, ...args: unknown[]): Promise<unknown>;
    findElement(by: Locator): Promise<WebElement>;
    /** A PNG in base64. */
    takeScreenshot(): Promise<string>;
    getCapabilities(): Promise<Capabilities>;
    manage(): {
      setTimeouts(timeouts: { script: number }): Promise<void>;
      window(): {
        setRect(rect: { x: number; y: number; width: number; height: number }): Promise<unknown>;
      };
    };
    quit(): Promise<void>;
  }
  /** Where to look for an element. */
  export type Locator = { readonly using: string; readonly value: string };
  export const By: { xpath(xpath: string): Locator };
  export class Capabilities {
    constructor(values: Record<string, unknown>);
    get(key: string): unknown;
  }
  export class Builder {
    usingServer(url: string): this;
    withCapabilities(capabilities: Capabilities): this;
    build(): Promise<WebDriver>;
  }
}
