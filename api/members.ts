import { z } from 'zod';
import { invitationLink } from '@/core/access/invitation/queries';
import { ROLES, type Role, type WorkspaceActor } from '@/core/access/model';
import { emailSchema, personNameSchema } from '@/core/access/user/model';
import { findPerson } from '@/core/access/user/queries';
import { usernameFrom } from '@/core/access/user/rules';
import { forbidden, notFound } from '@/core/errors';
import { addMember, changeMember, removeMember } from '@/core/workspace/member/commands';
import type { MemberSummary } from '@/core/workspace/member/model';
import { emailOf, isOnlyHere, listMembers } from '@/core/workspace/member/queries';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';

/** A member in the shape of the official clients' User. */
const workspaceUser = (workspaceId: string, member: MemberSummary) => ({
  workspace_id: workspaceId,
  email: member.email,
  username: member.username,
  name: member.name,
  is_admin: member.role === 'admin',
  is_super_admin: member.isInstanceAdmin,
  created_at: member.createdAt,
  operator: member.role === 'operator',
  disabled: member.isDisabled,
  role: member.role,
});

async function requireMember(workspaceId: string, username: string): Promise<MemberSummary> {
  const [member] = await listMembers(workspaceId, username);
  if (member === undefined) throw notFound(`The member ${username}`);
  return member;
}

async function whoami(actor: WorkspaceActor) {
  const person = await findPerson(actor.userId);
  const folders = Object.entries(actor.folders);
  return {
    workspace_id: actor.workspaceId,
    email: actor.email,
    username: actor.username,
    name: person?.name ?? actor.username,
    is_admin: actor.role === 'admin',
    is_super_admin: actor.isInstanceAdmin,
    created_at: person?.createdAt ?? '',
    operator: actor.role === 'operator',
    disabled: false,
    groups: actor.groups,
    folders: folders.filter(([, level]) => level !== 'viewer').map(([name]) => name),
    folders_read: folders.map(([name]) => name),
    folders_owners: folders.filter(([, level]) => level === 'owner').map(([name]) => name),
    role: actor.role,
  };
}

/** A role from the two flags of official clients; undefined when they say nothing. */
function roleFrom(flags: { is_admin?: boolean | undefined; operator?: boolean | undefined }): Role | undefined {
  if (flags.is_admin === undefined && flags.operator === undefined) return undefined;
  return flags.is_admin === true ? 'admin' : flags.operator === true ? 'operator' : 'developer';
}

/**
 * The link with which an invited person sets his password. An administrator of one workspace gets it only while the
 * person belongs to nothing else: whoever holds the link becomes that person.
 */
async function linkFor(actor: WorkspaceActor, member: MemberSummary): Promise<string | null> {
  const mayHand =
    actor.isInstanceAdmin || (member.isInvited && !member.isInstanceAdmin && (await isOnlyHere(member.userId)));
  return mayHand ? invitationLink(member.userId, Date.now()) : null;
}

const memberChange = z.object({ role: z.enum(ROLES).optional(), isDisabled: z.boolean().optional() });

/** Our own pages' view of a workspace's people. */
const ownEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/members',
    access: 'member:read',
    handler: async ({ actor }) => json(await listMembers(actor.workspaceId)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/members',
    access: 'member:manage',
    body: z.object({ email: emailSchema, name: personNameSchema.optional(), role: z.enum(ROLES) }),
    handler: async ({ actor, body, note }) => {
      note({ object: body.email, detail: { role: body.role } });
      const name = body.name ?? usernameFrom(body.email);
      const { userId } = await addMember(actor.workspaceId, { ...body, name });
      const member = (await listMembers(actor.workspaceId)).find((one) => one.userId === userId);
      const inviteUrl = member?.isInvited === true ? await linkFor(actor, member) : null;
      return json({ username: member?.username, inviteUrl }, 201);
    },
  }),
  defineEndpoint({
    method: 'PATCH',
    path: '/w/:workspace/members/:username',
    access: 'member:manage',
    body: memberChange,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: body });
      await changeMember(actor.workspaceId, params.username, body);
      return text(`${params.username} is changed.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/members/:username',
    access: 'member:manage',
    handler: async ({ actor, params }) => {
      await removeMember(actor.workspaceId, params.username);
      return text(`${params.username} is no member any more.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/members/:username/invite_link',
    access: 'member:manage',
    handler: async ({ actor, params }) => {
      const url = await linkFor(actor, await requireMember(actor.workspaceId, params.username));
      if (url === null) {
        throw forbidden(
          `${params.username} has an account already. Only an instance administrator may make a new link for it.`,
        );
      }
      return json({ url });
    },
  }),
];

/** The same people in the shapes that official clients read and write. */
const officialEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/users/whoami',
    access: 'self:read',
    handler: async ({ actor }) => json(await whoami(actor)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/users/list',
    access: 'member:read',
    handler: async ({ actor }) => {
      const members = await listMembers(actor.workspaceId);
      return json(members.map((member) => workspaceUser(actor.workspaceId, member)));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/users/list_usernames',
    access: 'member:read',
    handler: async ({ actor }) => json((await listMembers(actor.workspaceId)).map((member) => member.username)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/users/get/:username',
    access: 'member:read',
    handler: async ({ actor, params }) =>
      json(workspaceUser(actor.workspaceId, await requireMember(actor.workspaceId, params.username))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/users/username_to_email/:username',
    access: 'member:read',
    handler: async ({ actor, params }) => {
      const email = await emailOf(actor.workspaceId, params.username);
      if (email === null) throw notFound(`The member ${params.username}`);
      return text(email);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/users/update/:username',
    access: 'member:manage',
    body: z.object({
      is_admin: z.boolean().optional(),
      operator: z.boolean().optional(),
      disabled: z.boolean().optional(),
    }),
    handler: async ({ actor, params, body, note }) => {
      note({ detail: body });
      await changeMember(actor.workspaceId, params.username, { role: roleFrom(body), isDisabled: body.disabled });
      return text(`${params.username} is changed.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/users/delete/:username',
    access: 'member:manage',
    handler: async ({ actor, params }) => {
      await removeMember(actor.workspaceId, params.username);
      return text(`${params.username} is no member any more.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/workspaces/add_user',
    access: 'member:manage',
    body: z.object({ email: emailSchema, is_admin: z.boolean().default(false), operator: z.boolean().default(false) }),
    handler: async ({ actor, body, note }) => {
      const role = roleFrom(body) ?? 'developer';
      note({ object: body.email, detail: { role } });
      await addMember(actor.workspaceId, { email: body.email, name: usernameFrom(body.email), role });
      return text(`${body.email} is a member now.`, 201);
    },
  }),
];

export const memberEndpoints = [...ownEndpoints, ...officialEndpoints];
