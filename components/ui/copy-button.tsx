'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';
import { IconButton } from './icon-button';
import { notifyError } from './toast';

const text = {
  copied: 'Copied',
  failed: 'The browser did not allow copying.',
  failedDetail: 'Select the text and copy it by hand.',
};

export type CopyButtonProps = {
  /** The text, or how to make it when it is wanted. */
  value: string | (() => string);
  label?: string;
  size?: 'sm' | 'md';
  /** Shows the label as words. */
  isLabelShown?: boolean;
  className?: string;
};

export function CopyButton({ value, label = 'Copy', size = 'sm', isLabelShown = false, className }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof value === 'string' ? value : value());
      setIsCopied(true);
    } catch {
      notifyError(text.failed, { detail: text.failedDetail });
    }
  }
  const icon = isCopied ? <Check className="text-success" /> : <Copy />;
  return (
    <>
      {isLabelShown ? (
        <Button size={size} icon={icon} onClick={copy} className={className}>
          {label}
        </Button>
      ) : (
        <IconButton
          size={size}
          label={isCopied ? text.copied : label}
          icon={icon}
          onClick={copy}
          className={className}
        />
      )}
      <span role="status" className="sr-only">
        {isCopied ? text.copied : ''}
      </span>
    </>
  );
}
