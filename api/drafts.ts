import { z } from 'zod';
import { deleteDraft, saveDraft } from '@/core/draft/commands';
import { DRAFT_KINDS } from '@/core/draft/model';
import { findDraft, listDrafts } from '@/core/draft/queries';
import { json, noContent } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

const params = z.looseObject({ kind: z.enum(DRAFT_KINDS), path: z.string() });

/** Drafts are each person's own: an editor saves one while its author types. */
export const draftEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/drafts/list/:kind',
    access: 'script:write',
    params: z.looseObject({ kind: z.enum(DRAFT_KINDS) }),
    handler: async ({ actor, params: { kind } }) => {
      const drafts = await listDrafts(actor, kind);
      return json(drafts.map((draft) => ({ kind, path: draft.path, updated_at: draft.updatedAt })));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/drafts/:kind/*path',
    access: 'script:write',
    params,
    handler: async ({ actor, params: { kind, path } }) => {
      // Having none is the usual answer, not an error.
      const draft = await findDraft(actor, kind, path);
      return json(draft === null ? null : { kind, path, value: draft.value, updated_at: draft.updatedAt });
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/w/:workspace/drafts/:kind/*path',
    access: 'script:write',
    params,
    body: z.json(),
    maxBodyBytes: 8 * 1024 * 1024,
    // One line per pause of an author's typing says nothing; the deploy is what counts.
    audit: 'none',
    handler: async ({ actor, params: { kind, path }, body }) =>
      json({ updated_at: await saveDraft(actor, kind, path, body) }),
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/drafts/:kind/*path',
    access: 'script:write',
    params,
    audit: 'none',
    handler: async ({ actor, params: { kind, path } }) => {
      await deleteDraft(actor, kind, path);
      return noContent();
    },
  }),
];
