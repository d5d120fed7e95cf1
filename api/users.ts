import { z } from 'zod';
import { invitePerson } from '@/core/access/invitation/commands';
import { invitationLink } from '@/core/access/invitation/queries';
import type { Actor } from '@/core/access/model';
import { createPerson, setInstanceAdmin, setPersonDisabled } from '@/core/access/user/commands';
import { emailSchema, type Person, passwordSchema, personNameSchema, usernameSchema } from '@/core/access/user/model';
import { findPerson, findPersonByEmail, listPeople, searchPeople } from '@/core/access/user/queries';
import { usernameFrom } from '@/core/access/user/rules';
import { conflict, notFound } from '@/core/errors';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';
import { paging } from './query';

/** A person in the shape of the official clients' GlobalUserInfo. */
const globalUser = (person: Person) => ({
  email: person.email,
  login_type: person.hasPassword ? 'password' : 'oauth',
  super_admin: person.isInstanceAdmin,
  verified: true,
  name: person.name,
  username: person.username,
  first_time_user: false,
  role_source: 'manual',
  disabled: person.isDisabled,
});

async function requirePerson(email: string): Promise<Person> {
  const person = await findPersonByEmail(email.toLowerCase());
  if (person === null) throw notFound(`The account ${email}`);
  return person;
}

async function self(actor: Actor): Promise<Person> {
  const person = await findPerson(actor.userId);
  if (person === null) throw notFound('Your account');
  return person;
}

/** Who switched himself off could not take it back. */
function requireOther(actor: Actor, person: Person): void {
  if (actor.userId === person.id) {
    throw conflict('You cannot switch off your own account. Another instance administrator can.');
  }
}

/** Our own page's list of everybody on this server, and how somebody gets onto it. */
const peopleEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/people',
    access: 'instance:manage',
    query: z.object({
      per_page: paging.per_page,
      search: z.string().max(200).default(''),
      after: z.string().max(254).default(''),
    }),
    handler: async ({ query }) =>
      json(await searchPeople({ search: query.search.trim(), afterEmail: query.after, limit: query.per_page })),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/people',
    access: 'instance:manage',
    body: z.object({
      email: emailSchema,
      name: personNameSchema.optional(),
      isInstanceAdmin: z.boolean().default(false),
    }),
    handler: async ({ body, note }) => {
      note({ object: body.email, detail: { is_instance_admin: body.isInstanceAdmin } });
      const id = await invitePerson({ ...body, name: body.name ?? usernameFrom(body.email) });
      return json({ inviteUrl: await invitationLink(id, Date.now()) }, 201);
    },
  }),
];

export const userEndpoints = [
  ...peopleEndpoints,
  defineEndpoint({
    method: 'GET',
    path: '/users/whoami',
    access: 'self:read',
    handler: async ({ actor }) => {
      const limit = actor.onlyWorkspaceId === null ? {} : { workspace_id: actor.onlyWorkspaceId };
      return json({ ...globalUser(await self(actor)), ...limit });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/users/list_as_super_admin',
    access: 'instance:manage',
    query: z.object(paging),
    handler: async ({ query }) => json((await listPeople(query.page, query.per_page)).map(globalUser)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/create',
    access: 'instance:manage',
    body: z.object({
      email: emailSchema,
      password: passwordSchema,
      super_admin: z.boolean().default(false),
      name: personNameSchema.optional(),
      username: usernameSchema.optional(),
    }),
    handler: async ({ body, note }) => {
      note({ object: body.email });
      const username = body.username ?? usernameFrom(body.email);
      await createPerson(
        { email: body.email, username, name: body.name ?? username, password: body.password },
        body.super_admin,
      );
      return text(`${body.email} has an account now.`, 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/update/:email',
    access: 'instance:manage',
    body: z.object({ is_super_admin: z.boolean().optional(), disabled: z.boolean().optional() }),
    handler: async ({ actor, params, body, note }) => {
      const person = await requirePerson(params.email);
      note({ detail: body });
      if (body.disabled === true) requireOther(actor, person);
      if (body.is_super_admin !== undefined) await setInstanceAdmin(person.id, body.is_super_admin);
      if (body.disabled !== undefined) await setPersonDisabled(person.id, body.disabled);
      return text(`${person.email} is changed.`);
    },
  }),
  defineEndpoint({
    // What a person made stays and must stay his, so his name is not given away: the account is switched off.
    method: 'DELETE',
    path: '/users/delete/:email',
    access: 'instance:manage',
    handler: async ({ actor, params }) => {
      const person = await requirePerson(params.email);
      requireOther(actor, person);
      await setPersonDisabled(person.id, true);
      return text(`${person.email} is switched off: signed out everywhere, tokens without effect.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/users/password_link/:email',
    access: 'instance:manage',
    handler: async ({ params }) => {
      const link = await invitationLink((await requirePerson(params.email)).id, Date.now());
      if (link === null) throw notFound(`The account ${params.email}`);
      return json({ url: link });
    },
  }),
  defineEndpoint({
    // Official clients ask before they create a workspace or a member: here, usernames come from e-mail addresses.
    method: 'GET',
    path: '/settings/global/automate_username_creation',
    access: 'self:read',
    handler: () => json(true),
  }),
];
