// Runs before the first paint, so that a dark window does not flash white. Same key as ui/ uses.
(() => {
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('gatehouse.colour-scheme') ?? 'auto';
  } catch {
    // No storage (a locked-down profile): the system's preference decides.
  }
  const dark =
    scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
