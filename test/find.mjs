/** @file Finds a program on this machine. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const executable = path => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first of `names` that the PATH has, else the first of `places` that can be run. `undefined` if there is none. */
export function findProgram(names, places = []) {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)));
  return [...onPath, ...places].find(path => path && executable(path));
}
