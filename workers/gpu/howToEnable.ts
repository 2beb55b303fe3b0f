/**
 * @file What a visitor can do about missing WebGPU, by browser, version and system.
 *
 * Versions as of https://github.com/gpuweb/gpuweb/wiki/Implementation-Status; that Firefox ESR 153 on Linux keeps WebGPU
 * switched off, and that WebKitGTK 2.50 has none, `npm run browsers` has seen.
 */

export interface Found {
  /** Browsers hide `navigator.gpu` from pages that come neither over https nor from this machine. */
  secure: boolean;
  /** There is a `navigator.gpu`; what is missing is an adapter or a device. */
  api: boolean;
}

type System = 'android' | 'ios' | 'windows' | 'mac' | 'linux' | 'other';
/** In this order: Android calls itself Linux too, and iOS "like Mac OS X". */
const systems: readonly (readonly [System, RegExp])[] = [
  ['android', /android/i],
  ['ios', /iphone|ipad|ipod/i],
  ['windows', /windows/i],
  ['mac', /macintosh|mac os x/i],
  ['linux', /linux|x11(?!; cros)/i],
];
const systemOf = (userAgent: string): System =>
  systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other';

type Advice = (version: number, system: System, api: boolean) => string;

function firefox(version: number, system: System, api: boolean): string {
  if (api) return 'The section Graphics of about:support says why Firefox uses no GPU here.';
  const first = system === 'mac' ? 145 : 141;
  const update = version < first ? `Update Firefox to ${first} or later` : '';
  if (system === 'linux' || system === 'android')
    return `${update && `${update}. `}Firefox keeps WebGPU switched off on this system: set dom.webgpu.enabled to true in about:config and reload the page, or use a current Chrome.`;
  if (system === 'mac')
    return `${update || 'Set dom.webgpu.enabled to true in about:config'}. It needs macOS 26 or later.`;
  return `${update || 'Set dom.webgpu.enabled to true in about:config and reload the page'}.`;
}

function chrome(version: number, system: System): string {
  const first = system === 'android' ? 121 : system === 'linux' ? 144 : 113;
  if (version < first) return `Update the browser: Chrome and Edge have WebGPU here from ${first} on.`;
  if (system === 'linux')
    return 'On Linux, Chrome and Edge use WebGPU with some graphics drivers only: open chrome://flags/#enable-unsafe-webgpu and chrome://flags/#enable-vulkan, enable both and restart.';
  return 'Turn graphics acceleration on under chrome://settings/system and restart; if that does not help, enable chrome://flags/#enable-unsafe-webgpu. The page chrome://gpu says why a GPU is not used.';
}

function safari(version: number, system: System): string {
  if (system === 'linux') return 'On Linux, WebKit has none in any version: use a current Chrome or Edge.';
  if (version < 26) return 'Update macOS and Safari to 26 or later.';
  return 'Safari has it on macOS 26 or later; WebGPU must be on under Develop → Feature Flags.';
}

/** In this order: Edge and Opera call themselves Chrome, and Chrome calls itself Safari. */
const browsers: readonly (readonly [RegExp, Advice])[] = [
  [/firefox\/(\d+)/i, firefox],
  [/chrom(?:e|ium)\/(\d+)/i, chrome],
  [/version\/(\d+)\S* (?:mobile\/\S+ )?safari/i, safari],
];

/** One or two sentences: how WebGPU can be had in the browser of this user agent. */
export function howToEnable(userAgent: string, { secure, api }: Found): string {
  if (!secure) return 'Browsers give WebGPU to pages from https or localhost only: open the page that way.';
  const system = systemOf(userAgent);
  // Every browser there is Safari's engine under another name.
  if (system === 'ios') return 'Update to iOS or iPadOS 26 or later; every browser there needs it.';
  for (const [pattern, advice] of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return advice(Number(version), system, api);
  }
  return 'Use a current Chrome, Edge, Safari or Firefox.';
}
