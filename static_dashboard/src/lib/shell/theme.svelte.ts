import { readStored, writeStored } from '../components/storage';

export type ThemeChoice = 'system' | 'light' | 'dark';

const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** Light, dark, or the system setting. */
class Theme {
  choice = $state<ThemeChoice>(known());

  constructor() {
    this.apply();
  }

  next(): void {
    this.choice = CHOICES[(CHOICES.indexOf(this.choice) + 1) % CHOICES.length] ?? 'system';
    writeStored('theme', this.choice);
    this.apply();
  }

  private apply(): void {
    if (this.choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.choice;
  }
}

function known(): ThemeChoice {
  const choice = readStored('theme');
  return CHOICES.find((one) => one === choice) ?? 'system';
}

export const theme = new Theme();
