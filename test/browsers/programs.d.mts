export function findFirefox(): string | undefined;
export function findWebKitDriver(): string | undefined;
export function findXvfbRun(): string | undefined;
export const programs: readonly {
  label: string;
  packages: readonly string[];
  find: () => string | undefined;
}[];
