const APP = 'Auto-Image-Gen';

class Opened {
  /** The name of what is open on the page, such as the title of an image, or ''. */
  name = $state('');
}

export const opened = new Opened();

/** Name what a component shows in the title of the page, as long as the component exists. */
export function nameOpened(name: () => string): void {
  $effect(() => {
    opened.name = name();
    return () => (opened.name = '');
  });
}

/** The title of the page: the progress of a running job, what is open, and the page; empty parts are left out. */
export function pageTitle(page: string, name: string, percent?: number): string {
  const progress = percent === undefined ? '' : `${percent}%`;
  return [progress, name, page, APP].filter((part) => part !== '').join(' · ');
}
