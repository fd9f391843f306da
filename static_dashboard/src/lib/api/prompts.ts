import { body, bodyIfAny, type ApiClient } from './client';
import type { GivenPrompt, Language, Options, PreviewRequest } from './types';

interface PromptRequest {
  theme: string;
  instructions?: string;
  prompt_language?: Language | null;
  text_language?: Language;
  /** Earlier prompts of the theme, from which the new one should differ. */
  avoid?: string[];
}

/** Calls about prompts, presets and estimates. */
export function promptCalls({ GET, POST, PUT, DELETE }: ApiClient) {
  const by = (id: string) => ({ path: { id } });

  return {
    writePrompt: (request: PromptRequest, signal?: AbortSignal) => body(POST('/prompts', { body: request, signal })),
    checkPrompt: (prompt: string, signal?: AbortSignal) => body(POST('/prompts/check', { body: { prompt }, signal })),
    /** The generation parameters in an image file or a copied text; its program is null without any. */
    readParameters: (from: Blob | string, signal?: AbortSignal) =>
      body(
        POST('/images/parameters', {
          body: from as string, // the generated type of every body that isn't JSON
          bodySerializer: (sent) => sent,
          headers: {
            'Content-Type': typeof from === 'string' ? 'text/plain' : from.type || 'application/octet-stream',
          },
          signal,
        }),
      ),
    /** Prompts of this user's images, newest first. */
    promptHistory: (cursor?: string) => body(GET('/prompts', { params: { query: { cursor, limit: 20 } } })),
    deletePrompt: (id: string) => bodyIfAny(DELETE('/prompts/{id}', { params: by(id) })),
    /** The duration and cost of a job; throws ApiError with the field of an invalid option. */
    estimate: (options: Options, promptGiven: boolean, signal?: AbortSignal) =>
      body(POST('/jobs/estimate', { body: { options, prompt_given: promptGiven }, signal })),

    /** A timing in words, its next runs and its forecast. */
    preview: (request: PreviewRequest, signal?: AbortSignal) =>
      body(POST('/schedules/preview', { body: request, signal })),

    presets: () => body(GET('/presets')),
    createPreset: (name: string, options: Options) => body(POST('/presets', { body: { name, options } })),
    savePreset: (id: string, etag: string, name: string, options: Options) =>
      body(PUT('/presets/{id}', { params: by(id), body: { etag, name, options } })),
    deletePreset: (id: string) => bodyIfAny(DELETE('/presets/{id}', { params: by(id) })),

    /** The prompts of a schedule's next runs. */
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
