import { find } from './find.js';

/** A source file with its messages in another language; `translate` gives undefined for what stays English. */
export function put(file, source, translate) {
  return rewritten(source, 0, source.length, find(file, source), translate);
}

function rewritten(source, from, to, places, translate) {
  let text = '';
  let at = from;
  for (const place of places) {
    if (place.from < at || place.to > to) continue;
    const inner = (hole) =>
      rewritten(
        source,
        hole.from,
        hole.to,
        places.filter((one) => one !== place && one.from >= hole.from),
        translate,
      );
    const translated = translate(place.message);
    if (translated === undefined) continue; // what lies inside it is reached by itself
    text += source.slice(at, place.from) + WRITTEN[place.kind](translated, (index) => inner(place.holes[index]));
    at = place.to;
  }
  return text + source.slice(at, to);
}

const HOLE = /\{(\d+)\}/g;

/** The parts of a translation: texts, and between them the numbers of what is put in. */
function parted(translated) {
  return translated.split(HOLE).map((part, index) => (index % 2 === 0 ? part : Number(part)));
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '{': '&#123;', '}': '&#125;', '"': '&quot;' };
const escaped = (text) => text.replace(/[&<{}"]/g, (character) => ENTITIES[character]);

const markup = (translated, hole) =>
  parted(translated)
    .map((part) => (typeof part === 'number' ? `{${hole(part)}}` : escaped(part)))
    .join('');

/** How each kind of place is written again. */
const WRITTEN = {
  text: markup,
  attribute: markup,
  quote: (translated) => JSON.stringify(translated),
  template: (translated, hole) =>
    `\`${parted(translated)
      .map((part) => (typeof part === 'number' ? `\${${hole(part)}}` : part.replace(/[\\`]|\$(?=\{)/g, '\\$&')))
      .join('')}\``,
};
