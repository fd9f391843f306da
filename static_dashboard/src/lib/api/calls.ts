import { albumCalls } from './albums';
import { body, bodyIfAny, type ApiClient } from './client';
import { settingsCalls } from './settings';
import { promptCalls } from './prompts';
import { publishingCalls } from './publishing';
import type { BulkAction, JobDraft, JobStatus, ImagePatch, ScheduleDraft } from './types';

interface BulkChange {
  action: BulkAction;
  tags?: string[];
  rating?: number;
  album?: string;
}

interface ImageQuery {
  q?: string;
  cursor?: string;
  before?: string;
  after?: string;
  limit?: number;
}

/** All API calls of the dashboard. */
export function createApi(client: ApiClient) {
  const { GET, POST, PATCH, PUT, DELETE } = client;
  const by = (id: string) => ({ path: { id } });
  const once = (key: string) => ({ 'Idempotency-Key': key });

  async function file(id: string, variant: 'original' | 'clean'): Promise<Blob> {
    const response = await GET('/images/{id}/file', { params: { ...by(id), query: { variant } }, parseAs: 'blob' });
    return response.data as unknown as Blob;
  }

  return {
    config: () => body(GET('/config')),
    stats: () => body(GET('/stats')),
    timeline: () => body(GET('/timeline')),
    tags: () => body(GET('/tags')),
    terms: (prefix: string, limit = 8) => body(GET('/terms', { params: { query: { prefix, limit } } })),
    savedSearches: () => body(GET('/saved-searches')),
    saveSearch: (name: string, q: string) => body(POST('/saved-searches', { body: { name, q } })),
    deleteSearch: (id: string) => bodyIfAny(DELETE('/saved-searches/{id}', { params: by(id) })),
    /** The changes since a change token; undefined if there are none. */
    changes: (since?: string) => bodyIfAny(GET('/changes', { params: { query: { since } } })),

    images: (query: ImageQuery, signal?: AbortSignal) => body(GET('/images', { params: { query }, signal })),
    /** Those of at most 100 images that exist, in this order. */
    imagesById: (ids: readonly string[]) =>
      body(
        GET('/images', {
          params: { query: { ids: [...ids] } },
          querySerializer: { array: { style: 'form', explode: false } },
        }),
      ),
    image: (id: string) => body(GET('/images/{id}', { params: by(id) })),
    patchImage: (id: string, etag: string, patch: ImagePatch) =>
      body(PATCH('/images/{id}', { params: by(id), body: { etag, ...patch } })),
    trashImage: (id: string) => body(DELETE('/images/{id}', { params: by(id) })),
    restoreImage: (id: string) => body(POST('/images/{id}/restore', { params: by(id) })),
    /** Create the job that generates an image again whose file is missing, or return the open one. */
    regenerateImage: (id: string) => body(POST('/images/{id}/regenerate', { params: by(id) })),
    deleteImage: (id: string) =>
      bodyIfAny(DELETE('/images/{id}', { params: { ...by(id), query: { permanent: true } } })),
    /** Change up to 500 images at once; `failed` has those that weren't changed. */
    bulk: async (change: BulkChange, ids: string[]) => {
      const result = await body(POST('/images/bulk', { body: { ...change, ids } }));
      return 'done' in result ? result : { done: ids, failed: [] };
    },
    /** Change all results of a query, as a job; undefined if there are none. */
    bulkMatching: async (change: BulkChange, q: string) => {
      const job = await body(POST('/images/bulk', { body: { ...change, q } }));
      return 'done' in job ? undefined : job;
    },
    exportImages: (what: { ids: string[] } | { q: string }, variant: 'original' | 'clean') =>
      body(POST('/images/export', { body: { ...what, variant } })),
    originalFile: (id: string) => file(id, 'original'),
    fileWithoutMetadata: (id: string) => file(id, 'clean'),

    ...albumCalls(client),
    ...promptCalls(client),
    ...settingsCalls(client),
    ...publishingCalls(client),

    jobs: (query: { status?: JobStatus[]; schedule_id?: string; cursor?: string; limit?: number }) =>
      // The API takes the statuses as one list with commas.
      body(GET('/jobs', { params: { query }, querySerializer: { array: { style: 'form', explode: false } } })),
    job: (id: string) => body(GET('/jobs/{id}', { params: by(id) })),
    submit: (draft: JobDraft, key: string) => body(POST('/jobs', { params: { header: once(key) }, body: draft })),
    cancel: (id: string) => body(POST('/jobs/{id}/cancel', { params: by(id) })),
    undo: (id: string) => body(POST('/jobs/{id}/undo', { params: by(id) })),
    retry: (id: string) => body(POST('/jobs/{id}/retry', { params: by(id) })),

    schedules: () => body(GET('/schedules')),
    schedule: (id: string) => body(GET('/schedules/{id}', { params: by(id) })),
    createSchedule: (draft: ScheduleDraft) => body(POST('/schedules', { body: draft })),
    saveSchedule: (id: string, etag: string, draft: ScheduleDraft) =>
      body(PUT('/schedules/{id}', { params: by(id), body: { etag, ...draft } })),
    deleteSchedule: (id: string) => bodyIfAny(DELETE('/schedules/{id}', { params: by(id) })),
    pauseSchedule: (id: string, reason: string) =>
      body(POST('/schedules/{id}/pause', { params: by(id), body: { reason } })),
    resumeSchedule: (id: string) => body(POST('/schedules/{id}/resume', { params: by(id) })),
    runSchedule: (id: string, key: string) =>
      body(POST('/schedules/{id}/run', { params: { ...by(id), header: once(key) }, body: {} })),
    runs: (id: string, cursor?: string) =>
      body(GET('/schedules/{id}/runs', { params: { ...by(id), query: { cursor, limit: 25 } } })),
  };
}

export type Api = ReturnType<typeof createApi>;
