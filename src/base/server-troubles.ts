/** Why a server connection has no answer; the codes of errors that the desktop app makes of it. */
export const SERVER_LOST = 'SERVER_LOST';
/** Nobody is signed in, or no longer. */
export const SIGN_IN_NEEDED = 'SIGN_IN_NEEDED';
/** The system does not trust its certificate, or it has another key than the one that was pinned. */
export const CERTIFICATE_REFUSED = 'CERTIFICATE_REFUSED';
