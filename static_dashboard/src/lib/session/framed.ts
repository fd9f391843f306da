/**
 * Whether another page shows this one inside a frame, where it could trick people into clicking. Blob hosting can't
 * send headers that forbid it. The slideshow of published images, which reads no key, may be embedded.
 */
export function isFramed(page: Pick<Window, 'self' | 'top' | 'location'>): boolean {
  return page.top !== page.self && !page.location.hash.startsWith('#/frame/');
}
