export type ThemeChoice = 'system' | 'light' | 'dark';

const PLACE = 'auto-image-gen.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** Light, dark, or as the system has it. */
class Theme {
  choice = $state<ThemeChoice>(kept());

  constructor() {
    this.apply();
  }

  next(): void {
    this.choice = CHOICES[(CHOICES.indexOf(this.choice) + 1) % CHOICES.length] ?? 'system';
    try {
      localStorage.setItem(PLACE, this.choice);
    } catch {
      // then it lasts as long as the page
    }
    this.apply();
  }

  private apply(): void {
    if (this.choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.choice;
  }
}

function kept(): ThemeChoice {
  try {
    const choice = localStorage.getItem(PLACE);
    return CHOICES.find((one) => one === choice) ?? 'system';
  } catch {
    return 'system';
  }
}

export const theme = new Theme();
