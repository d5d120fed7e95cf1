import { type Frame, NEW_LIST, NEW_STEP, type Ref, type RunNode, type StepNode } from './model';

/** A node as its row. `dataJson` holds what is large and seldom changes; null: as it was. */
export interface StoredNode {
  readonly key: string;
  readonly state: string;
  readonly jobId: string | null;
  readonly detailJson: string;
  readonly dataJson: string | null;
}

interface Data {
  readonly items?: StepNode['items'];
  readonly frame?: Frame;
  readonly value?: string;
}

const isUnsaid = (value: unknown, usual: unknown) =>
  value === usual || (Array.isArray(value) && value.length === 0 && Array.isArray(usual));

/** What is worth saying about a node: all that differs from a new one. */
function saidOf(node: RunNode): Record<string, unknown> {
  const usual: Readonly<Record<string, unknown>> = node.type === 'step' ? NEW_STEP : NEW_LIST;
  return Object.fromEntries(
    Object.entries(node).filter(([name, value]) => name === 'type' || !isUnsaid(value, usual[name])),
  );
}

const ownValue = (result: Ref | null): string | undefined => (result?.kind === 'value' ? result.json : undefined);

function dataOf(node: RunNode): Data {
  const value = ownValue(node.result);
  return {
    ...(node.type === 'step' && node.items !== null ? { items: node.items } : {}),
    ...(node.type === 'step' && node.frame !== null ? { frame: node.frame } : {}),
    ...(value === undefined ? {} : { value }),
  };
}

function hasNewData(node: RunNode, before: RunNode | undefined): boolean {
  if (ownValue(node.result) !== ownValue(before?.result ?? null)) return true;
  if (node.type === 'list') return false;
  const old = before?.type === 'step' ? before : NEW_STEP;
  return node.items !== old.items || node.frame !== old.frame;
}

export function storedNode(node: RunNode, before: RunNode | undefined): StoredNode {
  const { key: _key, phase: _phase, items: _items, frame: _frame, result, ...said } = saidOf(node);
  const ref = node.result?.kind === 'value' ? { kind: 'value' } : result;
  return {
    key: node.key,
    state: node.phase,
    jobId: node.type === 'step' ? node.jobId : null,
    detailJson: JSON.stringify(ref === undefined ? said : { ...said, result: ref }),
    dataJson: hasNewData(node, before) ? JSON.stringify(dataOf(node)) : null,
  };
}

/** Parses a row that `storedNode` wrote: the named place where text becomes a node again. */
export function parseStoredNode(row: { key: string; state: string; detail: string; result: string | null }): RunNode {
  const said = JSON.parse(row.detail);
  const data: Data = row.result === null ? {} : JSON.parse(row.result);
  const result: Ref | null =
    said.result?.kind === 'value' ? { kind: 'value', json: data.value ?? 'null' } : (said.result ?? null);
  const common = { ...said, key: row.key, phase: row.state, result };
  if (said.type === 'list') return { ...NEW_LIST, ...common };
  return { ...NEW_STEP, ...common, items: data.items ?? null, frame: data.frame ?? null };
}
