import { accessEndpoints } from './access';
import { accountEndpoints } from './account';
import { alertEndpoints } from './alerts';
import { approvalLinkEndpoints } from './approval-links';
import { approvalEndpoints } from './approvals';
import { auditEndpoints } from './audit';
import { authEndpoints } from './auth';
import { compatAclEndpoints } from './compat-acls';
import { compatInstanceEndpoints } from './compat-instance';
import { compatProgressEndpoints } from './compat-progress';
import { compatQueueEndpoints } from './compat-queue';
import { compatTrashEndpoints } from './compat-trash';
import { draftEndpoints } from './drafts';
import type { Endpoint } from './endpoint';
import { flowRunEndpoints } from './flow-runs';
import { flowTreeEndpoints } from './flow-tree';
import { flowEndpoints } from './flows';
import { flowCheckEndpoints } from './flows-check';
import { folderEndpoints } from './folders';
import { groupEndpoints } from './groups';
import { healthEndpoints } from './health';
import { inputEndpoints } from './inputs';
import { listEndpoints } from './jobs-list';
import { readEndpoints } from './jobs-read';
import { runEndpoints } from './jobs-run';
import { memberEndpoints } from './members';
import { documentEndpoints } from './openapi';
import { resourceEndpoints } from './resources';
import { scriptEndpoints } from './scripts';
import { usageEndpoints } from './usage';
import { userEndpoints } from './users';
import { valueHistoryEndpoints } from './value-history';
import { variableEndpoints } from './variables';
import { workerEndpoints } from './workers';
import { workspaceEndpoints } from './workspaces';

/** Every endpoint of the API, one list a noun. A test enumerates it: each has its access declared. */
export const endpoints: readonly Endpoint[] = [
  ...healthEndpoints,
  ...authEndpoints,
  ...accountEndpoints,
  ...userEndpoints,
  ...workspaceEndpoints,
  ...memberEndpoints,
  ...folderEndpoints,
  ...groupEndpoints,
  ...accessEndpoints,
  ...auditEndpoints,
  ...runEndpoints,
  ...flowRunEndpoints,
  ...flowTreeEndpoints,
  ...readEndpoints,
  ...listEndpoints,
  ...inputEndpoints,
  ...approvalEndpoints,
  ...approvalLinkEndpoints,
  ...alertEndpoints,
  ...scriptEndpoints,
  ...flowEndpoints,
  ...flowCheckEndpoints,
  ...draftEndpoints,
  ...resourceEndpoints,
  ...variableEndpoints,
  ...valueHistoryEndpoints,
  ...usageEndpoints,
  ...workerEndpoints,
  ...compatAclEndpoints,
  ...compatInstanceEndpoints,
  ...compatProgressEndpoints,
  ...compatQueueEndpoints,
  ...compatTrashEndpoints,
  ...documentEndpoints(() => endpoints),
];
