import { prisma } from '@/core/platform/db';
import type { TokenSummary } from './model';

/** A person's tokens that were not revoked, the newest first; expired ones are shown until they are revoked. */
export async function listTokens(userId: string, page: number, perPage: number): Promise<TokenSummary[]> {
  const tokens = await prisma().apiToken.findMany({
    where: { userId, revokedAt: null },
    orderBy: [{ createdAt: 'desc' }, { prefix: 'asc' }],
    skip: (page - 1) * perPage,
    take: perPage,
  });
  return tokens.map((token) => ({
    prefix: token.prefix,
    label: token.label,
    workspaceId: token.workspaceId,
    scopes: token.scopes,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  }));
}
