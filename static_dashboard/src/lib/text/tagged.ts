/**
 * Split a message at its tag: "Read the <link>manual</link>." gives "Read the ", "manual" and ".".
 *
 * The tag ends at the last closing tag, because a value may contain text that looks like a tag. Without a tag,
 * `before` is the whole message.
 */
export function splitTag(text: string): { before: string; inside: string; after: string } {
  const found = /^(.*?)<([a-z]+)>(.*)<\/\2>(.*)$/s.exec(text);
  if (found === null) return { before: text, inside: '', after: '' };
  return { before: found[1] ?? '', inside: found[3] ?? '', after: found[4] ?? '' };
}
