import { z } from 'zod';
import { explainFor, listSubjects, parseSubject } from '@/core/access/explanation/queries';
import { ACTIONS } from '@/core/access/model';
import { json } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

const subject = z.string().transform((text, context) => {
  const parsed = parseSubject(text);
  if (parsed !== null) return parsed;
  context.addIssue('must be u/<username>, g/<group> or token/<prefix>');
  return z.NEVER;
});

/** Who may do what, and why. */
export const accessEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/access/subjects',
    access: 'member:read',
    handler: async ({ actor }) => json(await listSubjects(actor)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/access/explain',
    access: 'member:read',
    query: z.object({ subject, action: z.enum(ACTIONS), path: z.string().max(255).optional() }),
    handler: async ({ actor, query }) => {
      const { isAllowed, decidedBy, checks, remedy } = await explainFor(
        actor,
        query.subject,
        query.action,
        query.path || null,
      );
      const shown = (check: (typeof checks)[number]) => ({
        question: check.question,
        is_passed: check.isPassed,
        sentence: check.sentence,
      });
      return json({ is_allowed: isAllowed, decided_by: shown(decidedBy), checks: checks.map(shown), remedy });
    },
  }),
];
