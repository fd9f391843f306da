import { createHash } from 'node:crypto';

/**
 * The page's Content-Security-Policy, which allows the styles that the page itself contains.
 *
 * The two placeholders remain in `dist/index.html`. The local server or the deployment replaces them with
 * the origins of the API and of the images.
 */
export function policyOf(html: string): string {
  const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style]) => style ?? '');
  const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  return POLICY.map((part) => (part.startsWith('style-src ') ? [part, ...hashes].join(' ') : part)).join('; ');
}

const POLICY = [
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
];

/** The policy of the Microsoft Entra ID redirect page, which sends no requests. */
export const REDIRECT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
