const page = typeof document === 'undefined' ? 'en' : document.documentElement.lang;

/** The language that the page was built in, for times and numbers; English ones are written the British way. */
export const LANGUAGE = page === 'en' ? 'en-GB' : page;
