/**
 * Installs what a fresh clone is missing, so that `npm start` and `npm test` are all anybody has to type.
 * With --chromium it also finds (or, as root on Debian, installs) a Chromium for the GPU and end-to-end tests.
 */
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The command's own output says what went wrong; the sentence says what to do. */
const run = (command, otherwise) => {
  try {
    execSync(command, { cwd: root, stdio: 'inherit' });
    return true;
  } catch {
    console.error(`"${command}" failed. ${otherwise}`);
    return false;
  }
};

/** npm writes node_modules/.package-lock.json last: it names what is really installed. */
function installed() {
  const marker = `${root}node_modules/.package-lock.json`;
  if (!existsSync(marker)) return false;
  const have = JSON.parse(readFileSync(marker, 'utf8')).packages;
  const want = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;
  return Object.entries(want).every(
    ([path, entry]) =>
      path === '' || entry.optional || entry.devOptional || have[path]?.version === entry.version,
  );
}

if (!installed() && !run('npm ci --no-audit --no-fund', 'Check the network and try again.')) process.exit(1);

if (process.argv.includes('--chromium') && !findChromium()) {
  const debian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (debian) {
    const byHand = 'Install Chromium or Chrome by hand.';
    run('apt-get update -qq', byHand);
    run('DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium', byHand);
  }
  if (!findChromium()) {
    console.error(
      'No Chromium or Chrome found. Install one (Debian: "apt-get install chromium"), or set CHROMIUM_PATH to its binary, then run npm test again.',
    );
    process.exit(1);
  }
}
