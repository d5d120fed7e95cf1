'use client';

import { Pin } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { InferredSource } from '@/core/flow/binding/model';
import type { InferredArg } from '@/core/flow/binding/rules';
import { expressionFor } from './pin';

const text = {
  label: (id: string) => `Where the arguments of ${id} come from`,
  pin: 'Pin',
  pinLabel: (id: string) => `Pin the arguments of ${id}`,
  pinHint: 'Writes them into the text as input_transforms; they no longer follow names then.',
  undecided: 'The run decides where one of them comes from; there is nothing to write yet.',
  ambiguous: 'Say first which result is meant.',
};

/** Where a value comes from, for people. */
function sourceWords(source: InferredSource): string {
  switch (source.kind) {
    case 'iter':
      return 'the loop’s item';
    case 'error':
      return 'the error';
    case 'step':
      return 'the step that failed';
    case 'flow_input':
      return 'flow input';
    case 'key':
      return source.isPrevious ? `key of the previous result (${source.id})` : `key of the result of ${source.id}`;
    case 'whole':
      return `whole previous result (${source.id})`;
    case 'ambiguous':
      return `result of ${source.ids.join(' or ')}?`;
    case 'open':
      return 'decided by the run: flow input or a result with this key';
    case 'default':
      return 'its own default';
    case 'unbound':
      return 'becomes a flow input';
    default:
      return source satisfies never;
  }
}

/** What pinning a step would write; null while something of it is undecided. */
function pinnable(args: readonly InferredArg[]): Readonly<Record<string, string>> | null {
  const written = new Map<string, string>();
  for (const { name, source, isOptional } of args) {
    const expression = expressionFor(name, source);
    if (expression !== null) written.set(name, expression);
    else if (!(isOptional && (source.kind === 'default' || source.kind === 'open'))) return null;
  }
  return written.size === 0 ? null : Object.fromEntries(written);
}

export type BindingsProps = {
  stepId: string;
  args: readonly InferredArg[];
  onPin: (expressions: Readonly<Record<string, string>>) => void;
};

/** The bindings by name of one step, and the way to put them into writing. */
export function Bindings({ stepId, args, onPin }: BindingsProps) {
  if (args.length === 0) return null;
  const expressions = pinnable(args);
  const ambiguous = args.find(({ source }) => source.kind === 'ambiguous');
  const choices = ambiguous?.source.kind === 'ambiguous' ? ambiguous.source.ids : [];
  const refusal = ambiguous === undefined ? text.undecided : text.ambiguous;
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <ul aria-label={text.label(stepId)} className="min-w-0 flex-1 text-xs">
        {args.map(({ name, source }) => (
          <li key={name} className="text-pretty [&>*+*]:ml-1.5">
            <span className="font-mono">{name}</span>
            <span aria-hidden className="text-faint">
              ←
            </span>
            <span className={source.kind === 'ambiguous' ? 'text-danger' : 'text-muted'}>{sourceWords(source)}</span>
            {source.kind === 'ambiguous' && source === ambiguous?.source
              ? choices.map((id) => (
                  <button
                    key={id}
                    type="button"
                    onClick={() => {
                      const chosen = pinnable(
                        args.map((arg) =>
                          arg.name === name ? { ...arg, source: { kind: 'key', id, isPrevious: false } } : arg,
                        ),
                      );
                      if (chosen !== null) onPin(chosen);
                    }}
                    className="touch-target inline-flex min-h-6 items-center rounded-sm text-accent hover:underline"
                  >
                    {`take ${id}`}
                  </button>
                ))
              : null}
          </li>
        ))}
      </ul>
      <Button
        size="sm"
        variant="ghost"
        icon={<Pin />}
        aria-label={text.pinLabel(stepId)}
        hint={text.pinHint}
        disabledReason={expressions === null ? refusal : null}
        onClick={() => expressions !== null && onPin(expressions)}
      >
        {text.pin}
      </Button>
    </div>
  );
}
