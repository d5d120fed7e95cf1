import type { ReactNode } from 'react';
import { requireActor } from '@/app/_session/gate';
import { WorkspaceShell } from './workspace-shell';

interface Props {
  params: Promise<{ workspace: string }>;
  children: ReactNode;
}

/** Every page of a workspace stands in its shell. */
export default async function WorkspaceLayout({ params, children }: Props) {
  return <WorkspaceShell actor={await requireActor((await params).workspace)}>{children}</WorkspaceShell>;
}
