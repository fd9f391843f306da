/** An option of a combobox. */
export interface ComboboxOption {
  /** Identifies the option in its list. */
  value: string;
  label: string;
  /** Other names that the option is found by. */
  also?: readonly string[];
  /** The heading above the option; options with the same heading are adjacent. */
  group?: string;
}

export interface ComboboxGroup<T extends ComboboxOption> {
  heading: string;
  options: T[];
}

/**
 * The options for the typed text: each typed word begins a word of the label, or of one of its other names.
 *
 * Labels that begin with the text come first, and options that are found by another name last.
 */
export function matchingOptions<T extends ComboboxOption>(options: readonly T[], typed: string): T[] {
  const text = folded(typed.trim());
  const rank = (option: T): number => {
    if (folded(option.label).startsWith(text)) return 0;
    if (fits(option.label, typed)) return 1;
    return otherName(option, typed) === '' ? 3 : 2;
  };
  const ranked = options.map((option) => ({ option, rank: rank(option) }));
  return [0, 1, 2].flatMap((wanted) => ranked.filter(({ rank }) => rank === wanted).map(({ option }) => option));
}

/** The other name that an option is found by, or '' if its label fits the typed text or nothing does. */
export function otherName({ label, also = [] }: ComboboxOption, typed: string): string {
  return fits(label, typed) ? '' : (also.find((name) => fits(name, typed)) ?? '');
}

/** Whether each typed word begins a word of the name. */
function fits(name: string, typed: string): boolean {
  const own = words(folded(name));
  return words(folded(typed)).every((word) => own.some((one) => one.startsWith(word)));
}

/** The text in lowercase and without accents. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
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
