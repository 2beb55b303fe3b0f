/** @file Which browser the tests drive, and the flags that give it WebGPU on a machine without a GPU. */
import { findProgram } from './find.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of a Chromium or Chrome: CHROMIUM_PATH, then the PATH, then where installers put it. `undefined` if there is none. */
export const findChromium = () =>
  findProgram([], [process.env.CHROMIUM_PATH ?? '']) ?? findProgram(names, places);

/** What a Chromium without a window needs to find the GPU. */
const native = [
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--use-angle=vulkan', '--disable-vulkan-surface'] : []),
];

/** SwiftShader is a correct, slow WebGPU on the CPU. SEESAW_GPU=native uses the machine's own adapter instead. */
export const chromiumFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  ...(process.env.SEESAW_GPU === 'native' ? native : ['--use-webgpu-adapter=swiftshader']),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
