const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|::ffff:127(?:\.\d{1,3}){3})$/;

/**
 * Whether a host name or address means this machine (RFC 1122 3.2.1.3, RFC 4291 2.5.3, RFC 6761
 * 6.3).
 */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
