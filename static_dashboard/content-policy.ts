/**
 * The page's Content-Security-Policy.
 *
 * The two placeholders remain in `dist/index.html`. The local server or the deployment replaces them with
 * the origins of the API and of the images.
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

/** The policy of the Microsoft Entra ID redirect page, which sends no requests. */
export const REDIRECT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
