import { given } from '@/core/wire';
import type { ApprovalView } from './model';

/** Who approved by now, as official clients list them. */
export const approversOf = (view: Pick<ApprovalView, 'history'>) =>
  view.history
    .filter(({ verdict }) => verdict === 'approve')
    .map(({ by }, index) => ({ resume_id: index, approver: by }));

/** A question as official clients ask for it (`flow/approval_info`). */
export function approvalInfo(view: ApprovalView) {
  const groups = view.approvers.filter(({ kind }) => kind === 'group').map(({ name }) => name);
  return {
    flow_id: view.runId,
    ...given('form_schema', view.form),
    description: view.message,
    approval_conditions: {
      user_auth_required: view.audience === 'members' || view.approvers.length > 0,
      user_groups_required: groups,
      self_approval_disabled: view.standing.kind === 'own_request',
    },
    can_approve: view.standing.kind === 'may',
    user_auth_required: view.standing.kind === 'sign_in',
    hide_cancel: view.hidesReject,
    skin: 'detailed',
    step_summary: view.step,
    ...given('flow_summary', view.flowSummary || view.path),
    approvers: approversOf(view),
  };
}

/** The run behind a link, as much as an approver sees of it. */
export const flowOfView = (view: ApprovalView) => ({
  id: view.runId,
  workspace_id: view.workspaceId,
  type: 'QueuedJob',
  job_kind: 'flow',
  ...given('script_path', view.path),
  created_by: view.askedBy.username,
  created_at: view.createdAt,
  running: view.state === 'open',
  ...given('args', view.args),
});
