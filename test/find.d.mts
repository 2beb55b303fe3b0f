export function findProgram(names: readonly string[], places?: readonly string[]): string | undefined;
