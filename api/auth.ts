import { z } from 'zod';
import { claimFirstAdmin } from '@/core/access/claim/commands';
import { acceptInvitation } from '@/core/access/invitation/commands';
import { signInWithPassword } from '@/core/access/sign-in/commands';
import { createLoginToken } from '@/core/access/token/commands';
import { newPersonSchema, passwordSchema, personNameSchema } from '@/core/access/user/model';
import { text } from './answer';
import { defineEndpoint } from './endpoint';

const linkToken = z.string().min(1).max(300);

/** What somebody without an account or session may do. Each writes its own line of the audit, with what it learned. */
export const authEndpoints = [
  defineEndpoint({
    method: 'POST',
    path: '/auth/login',
    access: 'public',
    audit: 'none',
    body: z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(1000) }),
    handler: async ({ body, request }) => {
      const person = await signInWithPassword({ ...body, ip: request.ip });
      return text(await createLoginToken(person.userId, Date.now()));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/auth/claim',
    access: 'public',
    audit: 'refusals',
    body: newPersonSchema.extend({ token: linkToken }),
    handler: async ({ body: { token, ...person }, request }) => {
      await claimFirstAdmin(token, person, request.ip);
      return text('You are the administrator of this server now. Sign in.', 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/auth/join',
    access: 'public',
    audit: 'refusals',
    body: z.object({ token: linkToken, name: personNameSchema, password: passwordSchema }),
    handler: async ({ body: { token, ...input }, request }) => {
      await acceptInvitation(token, input, request.ip, Date.now());
      return text('Your password is set. Sign in.', 201);
    },
  }),
];
