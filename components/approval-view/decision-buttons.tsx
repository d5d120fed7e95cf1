import { Check, X } from 'lucide-react';
import { Button } from '@/components/ui/button';

const text = {
  approve: 'Approve',
  reject: 'Reject',
  rejectNow: 'Reject it',
  back: 'Back',
  approveNow: 'Approve it',
};

export interface VerdictKeys {
  readonly approve?: string;
  readonly reject?: string;
}

interface VerdictButtonsProps {
  /** null: this question cannot be rejected */
  onReject: (() => void) | null;
  isSending: boolean;
  keys: VerdictKeys;
}

/** The two answers, wide apart: approving sends the form, rejecting asks for a reason first. */
export function VerdictButtons({ onReject, isSending, keys }: VerdictButtonsProps) {
  return (
    <div className="grid grid-cols-2 gap-6">
      {onReject === null ? (
        <span />
      ) : (
        <Button type="button" size="lg" icon={<X />} className="h-13" keys={keys.reject} onClick={onReject}>
          {text.reject}
        </Button>
      )}
      <Button
        type="submit"
        size="lg"
        variant="primary"
        icon={<Check />}
        className="h-13"
        keys={keys.approve}
        isLoading={isSending}
      >
        {text.approve}
      </Button>
    </div>
  );
}

/** The second step of approving what destroys something. Back lies where the first step was: two taps in a row approve nothing. */
export function ApproveButtons({ onBack, isSending }: { onBack: () => void; isSending: boolean }) {
  return (
    <div className="grid grid-cols-2 gap-6">
      <Button type="submit" size="lg" variant="danger" icon={<Check />} className="h-13" isLoading={isSending}>
        {text.approveNow}
      </Button>
      <Button type="button" size="lg" className="h-13" autoFocus onClick={onBack}>
        {text.back}
      </Button>
    </div>
  );
}

/** The way on and the way back while a rejection is being written. */
export function RejectButtons({ onBack, isSending }: { onBack: () => void; isSending: boolean }) {
  return (
    <div className="grid grid-cols-2 gap-6">
      <Button type="button" size="lg" className="h-13" onClick={onBack}>
        {text.back}
      </Button>
      <Button type="submit" size="lg" variant="danger" icon={<X />} className="h-13" isLoading={isSending}>
        {text.rejectNow}
      </Button>
    </div>
  );
}
