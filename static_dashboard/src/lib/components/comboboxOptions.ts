/** An option of a combobox. */
export interface ComboboxOption {
  /** Identifies the option in its list. */
  value: string;
  label: string;
  /** The heading above the option; options with the same heading are adjacent. */
  group?: string;
}

export interface ComboboxGroup<T extends ComboboxOption> {
  heading: string;
  options: T[];
}

/** The options for the typed text: each typed word begins a word of the label; labels that begin with the text first. */
export function matchingOptions<T extends ComboboxOption>(options: readonly T[], typed: string): T[] {
  const text = typed.trim().toLowerCase();
  const wanted = words(text);
  const matching = options.filter(({ label }) => {
    const own = words(label.toLowerCase());
    return wanted.every((word) => own.some((one) => one.startsWith(word)));
  });
  const begins = ({ label }: T) => label.toLowerCase().startsWith(text);
  return [...matching.filter(begins), ...matching.filter((option) => !begins(option))];
}

/** The options under their headings, in the same order; options without a heading have an empty one. */
export function groupedOptions<T extends ComboboxOption>(options: readonly T[]): ComboboxGroup<T>[] {
  const groups: ComboboxGroup<T>[] = [];
  for (const option of options) {
    const heading = option.group ?? '';
    const last = groups.at(-1);
    if (last?.heading === heading) last.options.push(option);
    else groups.push({ heading, options: [option] });
  }
  return groups;
}

/** The part of a comma-separated list that is being typed, and the parts before it. */
export function splitList(typed: string): { before: string[]; last: string } {
  const parts = typed.split(',').map((part) => part.trim());
  return { before: parts.slice(0, -1).filter((part) => part !== ''), last: parts.at(-1) ?? '' };
}

function words(text: string): string[] {
  return text.split(/[\s/_,-]+/).filter((word) => word !== '');
}
