/** Our own version; the same as in package.json, which a test compares. */
export const VERSION = '0.1.0';

/** What `GET /api/version` answers: the version that official clients test for compatibility, then ours. */
export const API_VERSION = `CE v1.819.0-fantail.${VERSION}`;
