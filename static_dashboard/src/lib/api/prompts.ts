import { body, bodyIfAny, type ApiClient } from './client';
import type { GivenPrompt, Options, PreviewRequest } from './types';

interface PromptRequest {
  theme: string;
  instructions?: string;
  /** Earlier writings of the theme, which this one shall differ from. */
  avoid?: string[];
}

/** Calls about what is not painted yet: prompts, presets, what it will take. */
export function promptCalls({ GET, POST, PUT, DELETE }: ApiClient) {
  const by = (id: string) => ({ path: { id } });

  return {
    writePrompt: (request: PromptRequest, signal?: AbortSignal) => body(POST('/prompts', { body: request, signal })),
    checkPrompt: (prompt: string, signal?: AbortSignal) => body(POST('/prompts/check', { body: { prompt }, signal })),
    /** Prompts that this person had painted, the latest first. */
    promptHistory: (cursor?: string) => body(GET('/prompts', { params: { query: { cursor, limit: 20 } } })),
    deletePrompt: (id: string) => bodyIfAny(DELETE('/prompts/{id}', { params: by(id) })),
    /** What a job would take and cost; options that it may not have are refused by field. */
    estimate: (options: Options, promptGiven: boolean, signal?: AbortSignal) =>
      body(POST('/jobs/estimate', { body: { options, prompt_given: promptGiven }, signal })),

    /** A timetable in words, its next runs, and what it adds up to. */
    preview: (request: PreviewRequest, signal?: AbortSignal) =>
      body(POST('/schedules/preview', { body: request, signal })),

    presets: () => body(GET('/presets')),
    createPreset: (name: string, options: Options) => body(POST('/presets', { body: { name, options } })),
    savePreset: (id: string, etag: string, name: string, options: Options) =>
      body(PUT('/presets/{id}', { params: by(id), body: { etag, name, options } })),
    deletePreset: (id: string) => bodyIfAny(DELETE('/presets/{id}', { params: by(id) })),

    /** Prompts that wait for a schedule's next runs. */
    upcoming: (scheduleId: string) => body(GET('/schedules/{id}/prompts', { params: by(scheduleId) })),
    writeUpcoming: (scheduleId: string, count: number) =>
      body(POST('/schedules/{id}/prompts', { params: by(scheduleId), body: { count } })),
    saveUpcoming: (scheduleId: string, promptId: string, etag: string, prompt: GivenPrompt) =>
      body(
        PUT('/schedules/{id}/prompts/{prompt_id}', {
          params: { path: { id: scheduleId, prompt_id: promptId } },
          body: { etag, ...prompt },
        }),
      ),
    deleteUpcoming: (scheduleId: string, promptId: string) =>
      bodyIfAny(
        DELETE('/schedules/{id}/prompts/{prompt_id}', { params: { path: { id: scheduleId, prompt_id: promptId } } }),
      ),
  };
}
