import { body, bodyIfAny, type ApiClient } from './client';
import type { AuditFilter, KeyRequest, SettingsPatch } from './types';

/** Calls about the library's settings, components and insights. */
export function settingsCalls({ GET, POST, PATCH, DELETE }: ApiClient) {
  return {
    settings: () => body(GET('/settings')),
    changeSettings: (etag: string, patch: SettingsPatch) => body(PATCH('/settings', { body: { etag, ...patch } })),
    /** All API keys. Only an administrator may call this and the next two. */
    keys: () => body(GET('/keys')),
    /** The response has the key itself, which can't be read again. */
    createKey: (key: KeyRequest) => body(POST('/keys', { body: key })),
    revokeKey: (id: string) => bodyIfAny(DELETE('/keys/{id}', { params: { path: { id } } })),
    /** A page of the audit log, newest first. Only an administrator may call this and the next one. */
    audit: (query: AuditFilter & { cursor?: string }) => body(GET('/audit', { params: { query } })),
    /** The newest 20,000 entries as CSV. */
    auditFile: async (query: AuditFilter): Promise<Blob> => {
      const { data } = await GET('/audit/export', { params: { query }, parseAs: 'blob' });
      return data as unknown as Blob;
    },
    /** The components in use and their alternatives. */
    setup: () => body(GET('/setup')),
    /** Test one component; the response has the errors. */
    testComponent: (id: string) => body(POST('/setup/{id}/check', { params: { path: { id } } })),
    /** The latest insights of a number of months, including this one. */
    insights: (months: number) => body(GET('/insights', { params: { query: { months } } })),
    signIn: () => body(GET('/sign-in')),
  };
}
