import { body, bodyIfAny, type ApiClient } from './client';
import type { AlbumDraft } from './types';

/** Calls about albums. */
export function albumCalls({ GET, POST, PUT, DELETE }: ApiClient) {
  const by = (id: string) => ({ path: { id } });

  return {
    albums: () => body(GET('/albums')),
    album: (id: string) => body(GET('/albums/{id}', { params: by(id) })),
    createAlbum: (draft: AlbumDraft) => body(POST('/albums', { body: draft })),
    saveAlbum: (id: string, etag: string, draft: AlbumDraft) =>
      body(PUT('/albums/{id}', { params: by(id), body: { etag, ...draft } })),
    deleteAlbum: (id: string) => bodyIfAny(DELETE('/albums/{id}', { params: by(id) })),
    /** Move images in this order before another one, or to the end; `failed` has those that weren't moved. */
    moveInAlbum: (id: string, ids: string[], before: string | null) =>
      body(POST('/albums/{id}/move', { params: by(id), body: { ids, before } })),
  };
}
