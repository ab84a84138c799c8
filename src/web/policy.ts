/** The headers of a page of the app. The edge's own headers are for answers that no browser shows. */
export function pageHeaders(page: string, imageOrigins: readonly string[]): Record<string, string> {
  const isDoor = page === 'door';
  const script = isDoor ? "script-src 'self' 'wasm-unsafe-eval'" : "script-src 'self'";
  return {
    'content-security-policy': [
      "default-src 'none'",
      script,
      "style-src 'self'",
      "font-src 'self'",
      `img-src ${["'self'", 'data:', 'blob:', ...imageOrigins].join(' ')}`,
      "connect-src 'self'",
      "worker-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      // A string never becomes markup or script.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'permissions-policy': `camera=${isDoor ? '(self)' : '()'}, microphone=(), geolocation=(), payment=()`,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}
