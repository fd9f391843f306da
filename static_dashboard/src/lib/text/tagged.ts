/**
 * Split a message at its tag: "Read the <link>manual</link>." gives "Read the ", "manual" and ".".
 *
 * The tag ends at its last closing, so that a value inside may itself look like a tag. Without a tag, all is `before`.
 */
export function splitTag(text: string): { before: string; inside: string; after: string } {
  const found = /^(.*?)<([a-z]+)>(.*)<\/\2>(.*)$/s.exec(text);
  if (found === null) return { before: text, inside: '', after: '' };
  return { before: found[1] ?? '', inside: found[3] ?? '', after: found[4] ?? '' };
}
