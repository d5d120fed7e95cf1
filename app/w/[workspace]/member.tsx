'use client';

import { createContext, type ReactNode, use } from 'react';
import type { Role } from '@/core/access/model';

/** Who reads the page, as a member of its workspace. */
export interface Member {
  workspaceId: string;
  workspaceName: string;
  role: Role;
}

const Context = createContext<Member | null>(null);

export function MemberProvider({ member, children }: { member: Member; children: ReactNode }) {
  return <Context value={member}>{children}</Context>;
}

/** The reader as a member; null where no workspace stands around the page. */
export const useMember = (): Member | null => use(Context);
