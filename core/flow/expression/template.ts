import type { Evaluator } from './evaluate';
import type { Evaluation, Need, Scope } from './model';
import { type TemplatePart, templateParts } from './rules';

export type Rendered =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'needs'; readonly needs: readonly Need[] };

/**
 * Text with its `{{ expressions }}` replaced by their values. What has no value, or cannot be evaluated, is named in the
 * text in its place: a message with a gap that says so reaches people, a failed one does not. Blocks nobody: templates
 * come from people whom one does not trust with this process's time.
 */
export async function renderTemplateLater(template: string, evaluator: Evaluator, scope: Scope): Promise<Rendered> {
  const parts = templateParts(template);
  const values: (Evaluation | null)[] = [];
  for (const part of parts) values.push(part.isExpression ? await evaluator.evaluateLater(part.text, scope) : null);
  const needs = values.flatMap((value) => (value?.kind === 'needs' ? value.needs : []));
  if (needs.length > 0) return { kind: 'needs', needs };
  return { kind: 'value', text: parts.map((part, index) => shown(part, values[index] ?? null)).join('') };
}

function shown(part: TemplatePart, value: Evaluation | null): string {
  if (value === null || value.kind === 'needs') return part.text;
  const name = part.text.trim();
  if (value.kind === 'error') return `[${name}: ${value.message}]`;
  if (value.json === 'null') return `[${name}: no value]`;
  const parsed: unknown = JSON.parse(value.json);
  // Numbers keep their own digits.
  return typeof parsed === 'string' ? parsed : value.json;
}
