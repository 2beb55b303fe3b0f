/**
 * @file `npm run size`: says of every built file how large it is, and fails where one is larger than its budget. A budget
 * counts a file together with its static imports: all that a browser must load before any of it runs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { markdownTable } from 'markdown-table';
import { parseAst } from 'vite';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** Budgets in kB of 1000 bytes, minified and not compressed. Files that are not listed are fetched when they are needed. */
const budgets = [
  { what: 'page', file: /^index\.html$/, kB: 450 },
  { what: 'training worker', file: /^assets\/training\.worker-[^/]*\.js$/, kB: 1000 },
  { what: 'dataset worker', file: /^assets\/dataset\.worker-[^/]*\.js$/, kB: 200 },
  { what: 'benchmark worker', file: /^assets\/bench\.worker-[^/]*\.js$/, kB: 1000 },
];
const fetchedLater = { what: 'fetched later', kB: 450 };

const files = new Map(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [path.slice(dist.length), readFileSync(path)]),
);

/** Scripts that load with a file: those of a page, or the static imports of a script. */
function scriptsOf(name) {
  const text = String(files.get(name));
  const targets = name.endsWith('.html')
    ? [...text.matchAll(/<(?:script|link rel="modulepreload")[^>]* (?:src|href)="([^"]*)"/g)].map(
        ([, to]) => to,
      )
    : parseAst(text).body.flatMap(({ source }) => (source ? [source.value] : []));
  return targets.map(to => normalize(join(dirname(name), to)));
}

/** A file and all that it imports. An import of something that was not built fails. */
function withImports(name, found = new Set()) {
  if (found.has(name)) return found;
  if (!files.has(name)) throw new Error(`dist/${name} is imported and was not built.`);
  found.add(name);
  for (const to of scriptsOf(name)) withImports(to, found);
  return found;
}

const isScript = name => name.endsWith('.js');
const kB = bytes => (bytes / 1000).toFixed(1);
const sizesOf = names => {
  const contents = [...names].map(name => files.get(name));
  const sum = sizes => sizes.reduce((a, b) => a + b, 0);
  return {
    raw: sum(contents.map(content => content.length)),
    gzip: sum(contents.map(content => gzipSync(content).length)),
  };
};

const started = budgets.map(budget => {
  const entries = [...files.keys()].filter(name => budget.file.test(name));
  if (entries.length !== 1) throw new Error(`Of the ${budget.what}, dist has ${entries.length} files.`);
  return { ...budget, loads: [...withImports(entries[0])].filter(isScript) };
});
const early = new Set(started.flatMap(({ loads }) => loads));
const later = [...files.keys()]
  .filter(name => isScript(name) && !early.has(name))
  .map(name => ({ ...fetchedLater, what: `${name}, fetched later`, loads: [name] }));
const checked = [...started, ...later].map(budget => ({ ...budget, ...sizesOf(budget.loads) }));

const rows = [...files.keys()].sort().map(name => {
  const { raw, gzip } = sizesOf([name]);
  return [name, kB(raw), kB(gzip)];
});
console.log(markdownTable([['built file', 'kB', 'gzip kB'], ...rows], { align: ['l', 'r', 'r'] }));
const sums = checked.map(({ what, raw, gzip, kB: most }) => [what, kB(raw), kB(gzip), most]);
console.log(
  `\n${markdownTable([['scripts', 'kB', 'gzip kB', 'budget kB'], ...sums], { align: ['l', 'r', 'r', 'r'] })}`,
);

const over = checked.filter(({ raw, kB: most }) => raw > 1000 * most);
for (const { what, raw, kB: most } of over)
  console.error(`\n${what}: ${kB(raw)} kB are over the budget of ${most} kB.`);
process.exitCode = over.length > 0 ? 1 : 0;
