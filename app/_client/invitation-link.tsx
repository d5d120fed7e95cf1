'use client';

import { useQuery } from '@tanstack/react-query';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SkeletonRows } from '@/components/ui/skeleton';
import { api } from './api';

const text = {
  title: 'Send this link',
  hint: 'It lets the person choose a password, once, within a week. Whoever has it can use it, so send it to nobody else.',
  link: 'Invitation link',
  copy: 'Copy link',
  close: 'Close',
};

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  link: string;
}

/** Shows a link with which somebody chooses his password; it is not shown again. */
export function LinkDialog({ isOpen, onOpenChange, link }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={text.title}
      description={text.hint}
      width="md"
      footer={
        <>
          <CopyButton value={link} label={text.copy} isLabelShown size="md" />
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {text.close}
          </Button>
        </>
      }
    >
      <Field label={text.link} isLabelHidden>
        <Input value={link} readOnly onFocus={(event) => event.currentTarget.select()} className="font-mono" />
      </Field>
    </Dialog>
  );
}

/** A new link, made when it is asked for: `path` is the address below /api that makes it; null closes the dialog. */
export function NewLinkDialog({ path, onClose }: { path: string | null; onClose: () => void }) {
  const link = useQuery({
    queryKey: ['invitation', path],
    enabled: path !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => api<{ url: string }>('POST', path ?? ''),
  });
  const change = (isOpen: boolean) => (isOpen ? undefined : onClose());
  if (link.data) return <LinkDialog isOpen={path !== null} onOpenChange={change} link={link.data.url} />;
  return (
    <Dialog isOpen={path !== null} onOpenChange={change} title={text.title}>
      {link.error ? <Banner tone="danger">{link.error.message}</Banner> : <SkeletonRows rows={1} />}
    </Dialog>
  );
}
