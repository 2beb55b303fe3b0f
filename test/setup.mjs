/**
 * Installs what a fresh clone is missing, so that `npm start` and `npm test` are all anybody has to type.
 * With --chromium it also finds (or, as root on Debian, installs) a Chromium for the GPU and end-to-end tests, with
 * --browsers besides that the Firefox and the WebKitGTK of `npm run browsers`.
 */
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programs } from './browsers/programs.mjs';
import { findChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Runs a command. If it fails, its own output says what went wrong, and the sentence `otherwise` says what to do. */
const run = (command, otherwise) => {
  try {
    execSync(command, { cwd: root, stdio: 'inherit' });
    return true;
  } catch {
    console.error(`"${command}" failed. ${otherwise}`);
    return false;
  }
};

/** Reads node_modules/.package-lock.json, which npm writes last and which names what is really installed. */
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

const debian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Installs what `find` does not find, if that is possible. Else it ends with the sentence that says what to do. */
function need(find, packages, otherwise) {
  if (find()) return;
  if (debian) {
    const byHand = 'Install it by hand.';
    const install = `apt-get install -y -qq --no-install-recommends ${packages.join(' ')}`;
    run('apt-get update -qq', byHand);
    run(`DEBIAN_FRONTEND=noninteractive ${install}`, byHand);
  }
  if (find()) return;
  console.error(otherwise);
  process.exit(1);
}

const asked = flag => process.argv.includes(flag);
if (asked('--chromium') || asked('--browsers'))
  need(
    findChromium,
    ['chromium'],
    'No Chromium or Chrome found. Install one (Debian: "apt-get install chromium"), or set CHROMIUM_PATH to its binary, then run npm test again.',
  );
if (asked('--browsers'))
  for (const { label, packages, find } of programs)
    need(
      find,
      packages,
      `${label} not found. "npm run browsers" drives Debian's Firefox and WebKitGTK; on Debian or Ubuntu run "apt-get install ${packages.join(' ')}" as root, then npm run browsers again.`,
    );
