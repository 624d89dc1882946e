/** The executable of a Chromium that is installed. */
export function installedChromium(): string | null;
