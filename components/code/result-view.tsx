'use client';

import { ChevronRight, CircleAlert, Download, File } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { DataTable } from '@/components/ui/data-table';
import { downloadFile } from '@/components/ui/download';
import { JsonView } from '@/components/ui/json-view';
import { PlainValue } from '@/components/ui/plain-value';
import { useIsBuilder } from '@/components/ui/reader';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { sizeWords } from '@/core/size';
import { type ResultKind, resultKind } from './result-kind';

const text = {
  label: 'Result',
  nothing: 'The job returned nothing.',
  names: { table: 'Table', tree: 'Tree', text: 'Text', file: 'File', image: 'Image', error: 'Error' },
  json: 'JSON',
  copy: 'Copy the result',
  download: 'Download',
  image: 'Image returned by the job',
  stack: 'Where it happened',
  cut: (shown: number, all: number) =>
    `The first ${shown.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} characters. Copy the result to have it whole.`,
};
/** More would make the browser slow; copying takes everything. */
const longestText = 200_000;

export type ResultViewProps = {
  /** The result as a value: parsed JSON. */
  value: unknown;
  /** Name of downloads, without ending. */
  fileName?: string;
  /** Names the parts for screen readers, where a page has more than one result. */
  label?: string;
  className?: string;
};

/** A job's result in the form that suits it, and always also as the JSON that it is. */
export function ResultView({ value, fileName = 'result', label = text.label, className }: ResultViewProps) {
  const shape = useMemo(() => resultKind(value), [value]);
  const isBuilder = useIsBuilder();
  if (shape.kind === 'nothing') return <p className="py-2 text-sm text-muted">{text.nothing}</p>;
  if (!isBuilder) return <PlainShape shape={shape} fileName={fileName} label={label} />;
  const tabs: Tab[] = [
    {
      id: shape.kind,
      label: text.names[shape.kind],
      content: <Shape shape={shape} fileName={fileName} label={label} />,
    },
    { id: 'json', label: text.json, content: <RawJson value={value} /> },
  ];
  return <Tabs key={shape.kind} tabs={tabs} label={label} className={className} contentClassName="pt-3" />;
}

type ShapeProps = { shape: Exclude<ResultKind, { kind: 'nothing' }>; fileName: string; label: string };

function Shape({ shape, fileName, label }: ShapeProps) {
  switch (shape.kind) {
    case 'table':
      return <DataTable rows={shape.rows} caption={label} fileName={fileName} />;
    case 'tree':
      return <JsonView value={shape.value} label={label} />;
    case 'text':
      return <PlainText content={shape.text} />;
    case 'file':
      return <FileResult {...shape} />;
    case 'image':
      return (
        // biome-ignore lint/performance/noImgElement: the picture is in the page already, there is nothing to optimise
        <img
          src={`data:${shape.mediaType};base64,${shape.base64}`}
          alt={text.image}
          className="max-h-120 max-w-full rounded-lg border border-line"
        />
      );
    case 'error':
      return <ErrorPanel {...shape} />;
    default:
      return shape satisfies never;
  }
}

/** For those who run it: the thing itself, no second form of it. */
function PlainShape({ shape, fileName, label }: ShapeProps) {
  switch (shape.kind) {
    case 'table':
      return <DataTable rows={shape.rows} caption={label} fileName={fileName} isPlain />;
    case 'tree':
      return <PlainValue value={shape.value} label={label} />;
    case 'error':
      return <ErrorPanel name={shape.name} message={shape.message} />;
    default:
      return <Shape shape={shape} fileName={fileName} label={label} />;
  }
}

function PlainText({ content }: { content: string }) {
  const shown = content.length > longestText ? content.slice(0, longestText) : content;
  return (
    <div className="relative rounded-lg border border-line bg-surface">
      <CopyButton value={content} label={text.copy} className="absolute top-1.5 right-1.5" />
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-120 overflow-auto px-3.5 py-3 pr-10 font-mono text-xs leading-5 break-words whitespace-pre-wrap outline-offset-[-2px]"
      >
        {shown}
      </pre>
      {shown.length < content.length ? (
        <p className="border-t border-line px-3.5 py-2 text-xs text-muted">{text.cut(shown.length, content.length)}</p>
      ) : null}
    </div>
  );
}

function RawJson({ value }: { value: unknown }) {
  const json = useMemo(() => JSON.stringify(value, null, 2) ?? 'null', [value]);
  return <PlainText content={json} />;
}

function FileResult({ name, base64, mediaType, sizeBytes }: Extract<ResultKind, { kind: 'file' }>) {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-3">
      <span className="flex size-9 items-center justify-center rounded-md bg-hover text-muted">
        <File aria-hidden className="size-4.5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="block truncate text-xs text-muted">
          {sizeWords(sizeBytes)} · {mediaType}
        </span>
      </span>
      <Button icon={<Download />} onClick={() => downloadFile(name, bytesOf(base64), mediaType)}>
        {text.download}
      </Button>
    </div>
  );
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

export type ErrorPanelProps = { name: string; message: string; stack?: string | null; extra?: Record<string, unknown> };

/** What went wrong, in its own words first; the trace is there for those who open it. */
function ErrorPanel({ name, message, stack, extra }: ErrorPanelProps) {
  const isBuilder = useIsBuilder();
  return (
    <div className="overflow-hidden rounded-lg bg-danger-soft">
      <div className="flex gap-3 px-4 py-3.5">
        <CircleAlert aria-hidden className="mt-0.75 size-4 shrink-0 text-danger" />
        <div className="min-w-0 flex-1">
          <p className="text-base font-medium break-words whitespace-pre-wrap text-text">{message || name}</p>
          {message && isBuilder ? <p className="mt-0.5 font-mono text-xs text-danger">{name}</p> : null}
        </div>
        <CopyButton value={[`${name}: ${message}`, stack].filter(Boolean).join('\n')} />
      </div>
      {extra && Object.keys(extra).length > 0 ? <JsonView value={extra} className="mx-4 mb-3.5" /> : null}
      {stack ? (
        <details className="group border-t border-danger/20">
          <summary className="flex min-h-8 list-none items-center gap-1.5 px-4 text-xs text-text coarse:min-h-11 [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
            {text.stack}
          </summary>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            tabIndex={0}
            className="overflow-x-auto px-4 pb-3.5 pl-9 font-mono text-xs leading-5 text-text outline-offset-[-2px]"
          >
            {stack}
          </pre>
        </details>
      ) : null}
    </div>
  );
}
