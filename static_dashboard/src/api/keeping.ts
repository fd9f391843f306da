import { body, type ApiClient } from './client';
import type { SettingsPatch } from './types';

/** Calls about the library as a whole: its settings, and what it came to. */
export function keepingCalls({ GET, PATCH }: ApiClient) {
  return {
    settings: () => body(GET('/settings')),
    changeSettings: (etag: string, patch: SettingsPatch) => body(PATCH('/settings', { body: { etag, ...patch } })),
  };
}
