/** Hands a finished file to the browser, or to the desktop's save dialog. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The download has its own hold on the blob once it began.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "2026-11-24T14-05-09Z": an instant that every file system takes in a name. */
export const fileTime = (time: Date): string =>
  time.toISOString().slice(0, 19).replaceAll(':', '-').concat('Z');
