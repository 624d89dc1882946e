/** Why a server connection has no answer; the codes of errors that the desktop app makes of it. */
export const SERVER_LOST = 'SERVER_LOST';
/** Nobody is signed in, or no longer. */
export const SIGN_IN_NEEDED = 'SIGN_IN_NEEDED';
/** Another key than the one that was pinned. */
export const CERTIFICATE_CHANGED = 'CERTIFICATE_CHANGED';
