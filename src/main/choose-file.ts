import { dialog, type FileFilter } from 'electron';

const FILTERS: FileFilter[] = [
  { name: 'Gatehouse instance', extensions: ['db'] },
  { name: 'All files', extensions: ['*'] },
];

/** Has the user pick the file of an instance; null: they cancelled. */
export async function chooseFile(isNew: boolean): Promise<string | null> {
  if (isNew) {
    const { filePath } = await dialog.showSaveDialog({
      title: 'New instance',
      defaultPath: 'gatehouse.db',
      filters: FILTERS,
    });
    return filePath || null;
  }
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Open an instance',
    properties: ['openFile'],
    filters: FILTERS,
  });
  return filePaths[0] ?? null;
}

/** Has the user pick a key file; null: they cancelled. */
export async function chooseKeyFile(): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Read the instance’s key',
    properties: ['openFile', 'showHiddenFiles'],
    filters: [
      { name: 'Key file', extensions: ['key'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return filePaths[0] ?? null;
}

/** Has the user pick files to review: exports, or logs of other programs. */
export async function chooseLogFiles(): Promise<string[]> {
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Open an export or an access log',
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: 'Exports and logs', extensions: ['ndjson', 'csv', 'har', 'log', 'json', 'gz', 'zst'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return filePaths;
}
