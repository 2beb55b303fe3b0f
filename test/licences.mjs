/**
 * @file `npm run licences`: writes public/licences.txt, which names every package that the page is built from, with its
 * licence. A text that several packages share is written once. With `--check` it fails if the file is not up to date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}public/licences.txt`;
const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));

/** The licence that a package states. */
function licenceOf(path) {
  const { name, version, license } = JSON.parse(readFileSync(`${root}${path}/package.json`, 'utf8'));
  const file = readdirSync(`${root}${path}`).find(entry => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`${root}${path}/${file}`, 'utf8').trim().replaceAll('\r\n', '\n') : '';
  return { name: `${name} ${version}`, licence: license?.type ?? license ?? 'see its text', text };
}

const shipped = Object.entries(packages)
  .filter(
    ([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && !entry.optional && !entry.peer,
  )
  .filter(([path]) => !path.includes('/@types/'))
  .map(([path]) => licenceOf(path));
const groups = new Map();
for (const one of shipped) {
  const key = `${one.licence}\n${one.text}`;
  groups.set(key, [...(groups.get(key) ?? []), one]);
}
const sections = [...groups.values()].map(members => {
  const [{ licence, text }] = members;
  const names = [...new Set(members.map(({ name }) => name))].sort();
  return `${names.join('\n')}\n\nLicence: ${licence}${text ? `\n\n${text}` : ''}\n`;
});
const wanted = `The page is built from these packages and from those that they depend on.\n\n${sections.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;

if (!process.argv.includes('--check')) writeFileSync(target, wanted);
else if (readFileSync(target, 'utf8') !== wanted) {
  console.error('public/licences.txt is not what the packages say. Run "npm run licences" and commit it.');
  process.exit(1);
}
