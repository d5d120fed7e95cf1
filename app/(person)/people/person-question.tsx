import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import type { PersonEntry } from '@/core/access/user/model';
import type { PersonChange } from './people-data';
import type { PersonIntent } from './people-table';

interface Question {
  readonly title: (name: string) => string;
  readonly hint: string;
  readonly verb: string;
  readonly isDanger: boolean;
  readonly body: PersonChange['body'];
  readonly done: (name: string) => string;
}

const QUESTIONS: Readonly<Record<PersonIntent, Question>> = {
  'switch off': {
    title: (name) => `Switch off ${name}?`,
    hint: 'All browsers are signed out at once and tokens stop working, in every workspace. What this person made stays.',
    verb: 'Switch off',
    isDanger: true,
    body: { disabled: true },
    done: (name) => `${name} is switched off and signed out everywhere`,
  },
  'make admin': {
    title: (name) => `Make ${name} instance administrator?`,
    hint: 'An instance administrator manages this server and everybody on it, and enters every workspace as its administrator.',
    verb: 'Make administrator',
    isDanger: false,
    body: { is_super_admin: true },
    done: (name) => `${name} is instance administrator now`,
  },
  'take admin': {
    title: (name) => `Take instance administration away from ${name}?`,
    hint: 'The account stays, with its own part in each workspace. This takes effect with the next click.',
    verb: 'Take away',
    isDanger: true,
    body: { is_super_admin: false },
    done: (name) => `${name} is no instance administrator any more`,
  },
};

interface Props {
  intent: PersonIntent;
  person: PersonEntry;
  onClose: () => void;
  onConfirm: (change: PersonChange) => Promise<void>;
}

/** Says what would change for this person, and does it when that is meant. */
export function PersonQuestion({ intent, person, onClose, onConfirm }: Props) {
  const question = QUESTIONS[intent];
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={question.title(person.name)}
      description={question.hint}
      confirmLabel={question.verb}
      isDanger={question.isDanger}
      onConfirm={() => onConfirm({ person, body: question.body, done: question.done(person.name) })}
    />
  );
}
