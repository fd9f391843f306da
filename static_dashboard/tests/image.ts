import type { Job, Picture } from '../src/lib/api/types';

/** A picture of which a test says only what matters to it. */
export function picture(over: Partial<Picture> & { id: string }): Picture {
  return {
    alt_text: '',
    approved_at: null,
    average_colour: '#888888',
    bytes: 90_000,
    cost_usd: 0,
    created_at: '2026-11-24T08:00:00Z',
    created_by: 'local',
    day: '2026-11-24',
    deleted_at: null,
    etag: '1',
    favourite: false,
    guidance: 4,
    height: 256,
    job_id: 'job',
    model: 'starter',
    model_revision: '',
    month: '2026-11',
    negative_prompt: '',
    original_url: `https://store/${over.id}.png`,
    prompt: 'a fox in the snow',
    prompt_source: 'offline',
    rating: 0,
    sampler: 'ddim',
    schedule_id: null,
    schedule_name: null,
    schema_version: 1,
    seed: 7,
    sha256: 'ab',
    steps: 20,
    tags: [],
    theme: 'foxes',
    thumbhash: '',
    thumbnail_url: `https://store/${over.id}.webp`,
    timings: { writing_ms: 0, waiting_ms: 0, painting_ms: 2_000, storing_ms: 100 },
    title: 'The fox',
    updated_at: '2026-11-24T08:00:00Z',
    urls_expire_at: '2026-11-24T09:00:00Z',
    width: 256,
    ...over,
  };
}

/** A job of which a test says only what matters to it. */
export function job(over: Partial<Job> = {}): Job {
  return {
    id: 'job',
    kind: 'generation',
    status: 'queued',
    request: { theme: 'foxes', instructions: '', options: { count: 1 }, prompt: null, variables: {} },
    work: {},
    created_at: '2026-11-24T08:00:00Z',
    not_before: '2026-11-24T08:00:00Z',
    cancel_requested: false,
    reason: null,
    pictures: [],
    progress: { percent: 0, picture: 0, step: 0, steps: 0, seconds_left: null, position: null, note: '', preview: null },
    percent: 0,
    position: null,
    file: null,
    ...over,
  } as Job;
}
