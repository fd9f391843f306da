import { readStored, writeStored } from './components/storage';

/** Preferences of this browser, besides appearance and image sizes. */
class Preferences {
  /** Whether single letters, digits and signs do something: some people speak to their computer, or touch keys by chance. */
  shortcuts = $state(readStored('shortcuts') !== 'off');
  /** Whether a tone is played when images have arrived. */
  sound = $state(readStored('sound') === 'on');

  setShortcuts(on: boolean): void {
    this.shortcuts = on;
    writeStored('shortcuts', on ? 'on' : 'off');
  }

  setSound(on: boolean): void {
    this.sound = on;
    writeStored('sound', on ? 'on' : 'off');
  }
}

export const preferences = new Preferences();
