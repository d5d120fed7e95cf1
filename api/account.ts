import { z } from 'zod';
import { revokeSession, revokeSessionsOf } from '@/core/access/session/commands';
import { listSessions } from '@/core/access/session/queries';
import { createToken, revokeToken } from '@/core/access/token/commands';
import { listTokens } from '@/core/access/token/queries';
import { changePassword, renamePerson } from '@/core/access/user/commands';
import { passwordSchema, personNameSchema } from '@/core/access/user/model';
import { notFound } from '@/core/errors';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';
import { flag, moment, paging } from './query';

/** Our pages say "never" where nothing is sent. Other clients format the time without looking: they get the creation. */
const lastUse = (token: { createdAt: string; lastUsedAt: string | null }, isPage: boolean) =>
  token.lastUsedAt === null && isPage ? {} : { last_used_at: token.lastUsedAt ?? token.createdAt };

const ownSession = (credential: string, via: string) => (via === 'session' ? credential : '');

/** One's own profile, password, tokens and sessions. */
export const accountEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/users/tokens/list',
    access: 'token:manage',
    query: z.object({ ...paging, exclude_ephemeral: flag('exclude_ephemeral') }),
    handler: async ({ actor, query, request }) => {
      const tokens = await listTokens(actor.userId, query.page, query.per_page);
      return json(
        tokens.map((token) => ({
          token_prefix: token.prefix,
          label: token.label,
          created_at: token.createdAt,
          expiration: token.expiresAt,
          scopes: token.scopes,
          ...lastUse(token, request.isPage),
          ...(token.workspaceId === null ? {} : { workspace_id: token.workspaceId }),
        })),
      );
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/tokens/create',
    access: 'token:manage',
    body: z
      .object({
        label: z.string().trim().max(100).nullish(),
        expiration: moment('expiration'),
        scopes: z.array(z.string().max(300)).max(50).nullish(),
        workspace_id: z.string().max(50).nullish(),
      })
      .default({ expiration: undefined }),
    handler: async ({ actor, body, note }) => {
      const created = await createToken(
        actor,
        {
          label: body.label || 'token',
          scopes: body.scopes ?? [],
          expiresAtMs: body.expiration,
          workspaceId: body.workspace_id ?? undefined,
        },
        Date.now(),
      );
      note({
        object: created.split('_')[1] ?? '',
        detail: { label: body.label ?? 'token', scopes: body.scopes ?? [] },
      });
      return text(created, 201);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/users/tokens/delete/:prefix',
    access: 'token:manage',
    handler: async ({ actor, params }) => {
      await revokeToken(actor.userId, params.prefix);
      return text(`The token ${params.prefix} is revoked.`);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/users/sessions/list',
    access: 'self:write',
    handler: async ({ actor }) => {
      const sessions = await listSessions(actor.userId);
      return json(
        sessions.map((session) => ({
          id: session.idHash,
          user_agent: session.userAgent ?? '',
          created_at: session.createdAt,
          last_seen_at: session.lastSeenAt,
          expires_at: session.expiresAt,
          is_this: actor.via === 'session' && actor.credential === session.idHash,
        })),
      );
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/users/sessions/:id',
    access: 'self:write',
    handler: async ({ actor, params }) => {
      if (!(await revokeSession(actor.userId, params.id))) throw notFound('This session');
      return text('The session has ended.');
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/sessions/end_others',
    access: 'self:write',
    handler: async ({ actor }) => {
      await revokeSessionsOf(actor.userId, ownSession(actor.credential, actor.via));
      return text('All other sessions have ended.');
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/profile',
    access: 'self:write',
    body: z.object({ name: personNameSchema }),
    handler: async ({ actor, body }) => {
      await renamePerson(actor.userId, body.name);
      return text('Your name is changed.');
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/setpassword',
    access: 'self:write',
    body: z.object({ current: z.string().max(1000).optional(), password: passwordSchema }),
    handler: async ({ actor, body }) => {
      await changePassword(actor, { current: body.current, next: body.password });
      return text('Your password is changed, and every other session has ended.');
    },
  }),
];
