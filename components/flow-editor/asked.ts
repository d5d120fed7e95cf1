import type { ResolvedQuestion } from '@/core/approval/model';
import { saidBeforehand } from '@/core/approval/rules';
import { listsIn } from '@/core/flow/definition/walk';
import { templateParts } from '@/core/flow/expression/rules';
import type { Approver, Executable, FlowModule, Question, Transform } from '@/core/flow/model';

/** What a step asks people, before any run. */
export interface AskedStep {
  readonly step: string;
  /** what comes after it, in words */
  readonly next: readonly string[];
  readonly question: Question;
}

const nameOf = ({ summary, id }: FlowModule): string => summary || id;

function* askedIn(modules: readonly FlowModule[]): Generator<[string, AskedStep]> {
  for (const module of modules) {
    const { id, question, body } = module;
    const next = modules.filter(({ after }) => after.includes(id)).map(nameOf);
    if (question !== null) yield [id, { step: nameOf(module), next, question }];
    for (const list of listsIn(body)) yield* askedIn(list);
  }
}

/** The questions of a flow by their step's id. */
export const questionsIn = ({ modules }: Executable): ReadonlyMap<string, AskedStep> => new Map(askedIn(modules));

const known = (transform: Transform | null): unknown => (transform?.kind === 'static' ? transform.value : null);

function groupsOf(transform: Transform | null): Approver[] {
  const names = known(transform);
  if (Array.isArray(names)) return names.map((name): Approver => ({ kind: 'group', name: String(name) }));
  return transform === null ? [] : [{ kind: 'group', name: 'the groups that the run finds' }];
}

const NEEDS_A_RUN = /\b(results|previous_result|result|resume|resumes|iter|variable|resource)\b/;

/** A message with the expressions that only a run can answer shown as what they are, and the others left to be filled in. */
export const withoutResults = (template: string): string =>
  templateParts(template)
    .map(({ isExpression, text }) => {
      if (!isExpression) return text;
      return NEEDS_A_RUN.test(text) ? `[${text.trim()}]` : `{{${text}}}`;
    })
    .join('');

/** A question as far as it can be resolved without a run; `message` is rendered by whoever can. */
export function asAsked({ step, next, question }: AskedStep, message: string): ResolvedQuestion {
  const seconds = known(question.timeoutS);
  return {
    step,
    next,
    approvers: [...question.approvers, ...groupsOf(question.groupsExpression)],
    quorum: question.quorum,
    isOneOfEach: question.isOneOfEach,
    message,
    timeoutS: typeof seconds === 'number' ? seconds : null,
    ...saidBeforehand(question),
  };
}
