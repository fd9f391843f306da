/** Part of a text, and whether it matches the search. */
export interface Piece {
  text: string;
  hit: boolean;
}

// Soft hyphens and other format characters aren't shown, and don't end a word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Cf}'’]*/gu;
const ENDING = 3; // letters that a form of a word may have more than its stem

/** Split a text at the matches of a search: words as typed, and stems returned by the service. */
export function highlight(text: string, matched: readonly string[]): Piece[] {
  if (matched.length === 0) return [{ text, hit: false }];
  const wanted = matched.map(folded).filter((word) => word !== '');
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(WORD)) {
    if (!wanted.some((word) => isForm(folded(match[0]), word))) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), hit: false });
    pieces.push({ text: match[0], hit: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}

function isForm(word: string, stem: string): boolean {
  if (word === stem) return true;
  if (stem.length < 3 || word.length - stem.length > ENDING) return false;
  // English stems end in i instead of y: happy, happi.
  return word.startsWith(stem) || (stem.endsWith('i') && word.startsWith(`${stem.slice(0, -1)}y`));
}

/** Letters that have no accent to remove, but are typed without theirs, as in the service. */
const LETTERS: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ŧ: 't',
};

function folded(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{M}|\p{Cf}|['’]s$|['’]/gu, '')
    .toLowerCase()
    .replace(/[øłđðħıæœþŧ]/g, (letter) => LETTERS[letter] ?? letter);
}
