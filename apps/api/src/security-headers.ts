import helmet from "helmet";

/**
 * What tells a browser to take nothing here for a page. Without Strict-Transport-Security: whether this host and those below it
 * speak TLS is for the proxy to say that does.
 */
export const securityHeaders = helmet({ strictTransportSecurity: false });
