/**
 * The page's Content-Security-Policy.
 *
 * The two placeholders stay in `dist/index.html`: whoever serves the files (the local server, the
 * deployment) writes the origins of the API and of the images in.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob: %IMG_ORIGIN%",
  "connect-src 'self' %API_ORIGIN% %IMG_ORIGIN%",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of the page that Microsoft Entra ID leads back to: it asks nothing of anybody. */
export const REDIRECT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
