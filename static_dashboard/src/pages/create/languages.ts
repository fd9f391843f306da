import type { Language } from '../../lib/api/types';
import { LANGUAGE } from '../../lib/text/language';

// A record, so that a language of the service that is missing here is an error of the type checker.
const ALL: Record<Language, true> = {
  ar: true,
  bn: true,
  bg: true,
  ca: true,
  cs: true,
  da: true,
  de: true,
  el: true,
  en: true,
  es: true,
  et: true,
  fa: true,
  fi: true,
  fr: true,
  he: true,
  hi: true,
  hr: true,
  hu: true,
  id: true,
  it: true,
  ja: true,
  ko: true,
  lt: true,
  lv: true,
  ms: true,
  nb: true,
  nl: true,
  pl: true,
  pt: true,
  ro: true,
  ru: true,
  sk: true,
  sl: true,
  sr: true,
  sv: true,
  sw: true,
  ta: true,
  th: true,
  tr: true,
  uk: true,
  ur: true,
  vi: true,
  zh: true,
};

/** All languages with their names, sorted by name. */
export function languages(): { code: Language; name: string }[] {
  const names = new Intl.DisplayNames(LANGUAGE, { type: 'language' });
  return (Object.keys(ALL) as Language[])
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => a.name.localeCompare(b.name, LANGUAGE));
}
