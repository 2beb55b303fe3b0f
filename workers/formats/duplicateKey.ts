/** @file Finds a key that an object in JSON text has twice. JSON.parse does not report it. */

/** Index of the quote that closes the string opened at `open`. */
function closingQuote(json: string, open: number): number {
  let at = open + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

/** The first repeated key of the outermost object of valid JSON text, or `null`. */
export function duplicateKey(json: string): string | null {
  const keys = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === '"') {
      const open = at;
      at = closingQuote(json, open);
      let next = at + 1;
      while (' \t\r\n'.includes(json[next] ?? '.')) next++;
      if (depth !== 1 || json[next] !== ':') continue;
      const key: string = JSON.parse(json.slice(open, at + 1));
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}
