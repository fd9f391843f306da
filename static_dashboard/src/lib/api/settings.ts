import { body, type ApiClient } from './client';
import type { SettingsPatch } from './types';

/** Calls about the library as a whole: its settings, the parts that run, and what it came to. */
export function settingsCalls({ GET, POST, PATCH }: ApiClient) {
  return {
    settings: () => body(GET('/settings')),
    changeSettings: (etag: string, patch: SettingsPatch) => body(PATCH('/settings', { body: { etag, ...patch } })),
    /** Which parts run, and what would replace them. */
    setup: () => body(GET('/setup')),
    /** Tries one part; what fails is told in the answer. */
    testComponent: (id: string) => body(POST('/setup/{id}/check', { params: { path: { id } } })),
    /** Of so many months, this one included, as they were counted last. */
    insights: (months: number) => body(GET('/insights', { params: { query: { months } } })),
    signIn: () => body(GET('/sign-in')),
  };
}
