/** @file Hands a file to the browser's own download. */

/** Long enough for every browser to have started reading the blob. */
const revokeAfterMs = 60_000;

export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), revokeAfterMs);
}
