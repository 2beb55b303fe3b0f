/** @file The programs of other engines that `npm run browsers` drives, and the Debian packages that hold them. */
import { readdirSync } from 'node:fs';
import { findProgram } from '../find.mjs';

/** FIREFOX_PATH, then the PATH. `undefined` if there is none. */
export const findFirefox = () =>
  findProgram([], [process.env.FIREFOX_PATH ?? '']) ?? findProgram(['firefox-esr', 'firefox']);
export const findWebKitDriver = () => findProgram(['WebKitWebDriver']);
export const findXvfbRun = () => findProgram(['xvfb-run']);

/** Lavapipe is a Vulkan on the CPU: it gives Firefox a WebGPU on a machine without a GPU. */
const vulkanDrivers = '/usr/share/vulkan/icd.d';
function findVulkanDriver() {
  try {
    return readdirSync(vulkanDrivers)[0];
  } catch {
    return undefined;
  }
}

export const programs = [
  { label: 'Firefox', packages: ['firefox-esr'], find: findFirefox },
  { label: 'A Vulkan driver', packages: ['libvulkan1', 'mesa-vulkan-drivers'], find: findVulkanDriver },
  { label: "WebKitGTK's WebDriver", packages: ['webkit2gtk-driver'], find: findWebKitDriver },
  { label: 'xvfb-run', packages: ['xvfb', 'xauth'], find: findXvfbRun },
];
