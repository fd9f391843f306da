import { ApiError } from '../api/errors';
import type { Api } from '../api/calls';
import type { LibrarySettings, SettingsPatch } from '../api/types';

/** The library's settings, shared by all users: limits, time zone, and the pause of all schedules. */
class Settings {
  value = $state.raw<LibrarySettings | null>(null);

  get paused(): boolean {
    return this.value?.paused ?? false;
  }

  async load(api: Api): Promise<LibrarySettings> {
    this.value = await api.settings();
    return this.value;
  }

  /** Change some settings; after someone else's change they are applied to the newer version. */
  async change(api: Api, patch: SettingsPatch): Promise<void> {
    const { etag } = this.value ?? (await this.load(api));
    try {
      this.value = await api.changeSettings(etag, patch);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const newer = await this.load(api);
      this.value = await api.changeSettings(newer.etag, patch);
    }
  }
}

export const settings = new Settings();
