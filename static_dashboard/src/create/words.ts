import { listed } from '../words/numbers';

/** Names what the model has never seen, and what it could be instead. */
export function unknownSentence(words: readonly string[], suggestions: readonly string[], model: string): string {
  if (words.length === 0) return '';
  const name = model === 'starter' ? 'The starter model' : model;
  const never = `${name} has never seen ${listed(words.slice(0, 5).map((word) => `“${word}”`))}.`;
  return suggestions.length === 0 ? never : `${never} Try ${listed(suggestions.slice(0, 3))}.`;
}

/** Those of the words that the text still has. */
export function stillThere(words: readonly string[], text: string): string[] {
  const lower = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  return words.filter((word) => lower.includes(` ${word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `));
}
