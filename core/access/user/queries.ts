import { prisma } from '@/core/platform/db';
import type { User } from '@/generated/prisma/client';
import type { Person } from './model';

export const personOf = (user: User): Person => ({
  id: user.id,
  email: user.email,
  username: user.username,
  name: user.name,
  isInstanceAdmin: user.isInstanceAdmin,
  isDisabled: user.disabledAt !== null,
  hasPassword: user.passwordHash !== null,
  createdAt: user.createdAt.toISOString(),
  lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
});

export async function findPerson(userId: string): Promise<Person | null> {
  const user = await prisma().user.findUnique({ where: { id: userId } });
  return user === null ? null : personOf(user);
}

export async function findPersonByEmail(email: string): Promise<Person | null> {
  const user = await prisma().user.findUnique({ where: { email } });
  return user === null ? null : personOf(user);
}

/** Everybody on this server, by e-mail; for instance administrators. */
export async function listPeople(page: number, perPage: number): Promise<Person[]> {
  const users = await prisma().user.findMany({ orderBy: { email: 'asc' }, skip: (page - 1) * perPage, take: perPage });
  return users.map(personOf);
}
